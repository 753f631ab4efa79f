package dev.sluice.limits.pacing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The demands of the other nodes for one limit, and the max-min level at which all are met. Not thread-safe. */
public final class RemoteDemands {
    private static final @Nullable RemoteNode[] NO_NODES = new RemoteNode[0];
    private static final double[] NONE = new double[0];

    // Most limits of a large cluster are used by one node only.
    private @Nullable RemoteNode[] nodes = NO_NODES;
    private double[] perSecond = NONE;
    private double[] sorted = NONE;
    private int count;
    /** Of all demands: the sum is read far more often than each of them. */
    private double sum;

    /** A node has reported its demand. */
    public void put(RemoteNode node, double demandPerSecond) {
        for (int i = 0; i < count; i++) {
            if (nodes[i] == node) {
                sum += demandPerSecond - perSecond[i];
                perSecond[i] = demandPerSecond;
                return;
            }
        }
        if (demandPerSecond == 0) {
            return;
        }
        if (count == nodes.length) {
            int more = Math.max(4, 2 * count);
            nodes = Arrays.copyOf(nodes, more);
            perSecond = Arrays.copyOf(perSecond, more);
            sorted = new double[more + 1];
        }
        nodes[count] = node;
        perSecond[count++] = demandPerSecond;
        sum += demandPerSecond;
    }

    /** Reads a part of what {@link #put} will need, without the lock; what is returned means nothing. */
    public long prefetch() {
        return nodes.length + (perSecond.length == 0 ? 0 : Double.doubleToRawLongBits(perSecond[0]));
    }

    /** Forgets the nodes that are gone, and what rounding has added to the sum. */
    public void dropGone() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            RemoteNode node = nodes[i];
            if (node != null && node.isLive()) {
                nodes[kept] = node;
                perSecond[kept++] = perSecond[i];
            }
        }
        Arrays.fill(nodes, kept, count, null);
        count = kept;
        sum = 0;
        for (int i = 0; i < count; i++) {
            sum += perSecond[i];
        }
    }

    /** The sum of the demands, a second. */
    public double sum() {
        return sum;
    }

    /** How many nodes demand at least so much. */
    public int countFrom(double demandPerSecond) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (perSecond[i] >= demandPerSecond) {
                from++;
            }
        }
        return from;
    }

    /** How many nodes demand anything. */
    public int demanding() {
        int demanding = 0;
        for (int i = 0; i < count; i++) {
            demanding += perSecond[i] > 0 ? 1 : 0;
        }
        return demanding;
    }

    /**
     * How many nodes that demand anything come before a node, in an order that all nodes know.
     *
     * @param id of that node
     * @param round of which each has another order
     */
    public int demandingBefore(long id, long round) {
        long place = place(id, round);
        int before = 0;
        for (int i = 0; i < count; i++) {
            RemoteNode node = nodes[i];
            before += node != null && perSecond[i] > 0 && place(node.id(), round) < place ? 1 : 0;
        }
        return before;
    }

    /** A hash of both (the finalizer of SplitMix64). */
    private static long place(long id, long round) {
        long z = id ^ round * 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /** Whether a live node with a demand has sent no report since then. */
    public boolean anySilentSince(long nanos) {
        for (int i = 0; i < count; i++) {
            RemoteNode node = nodes[i];
            if (node != null && perSecond[i] > 0 && node.isLive() && node.receivedNanos() < nanos) {
                return true;
            }
        }
        return false;
    }

    /**
     * The level at which the demands, each cut off at it, fill the limit exactly: a node that demands less than the level
     * gets all of it (max-min fairness).
     *
     * @param own this node's demand; with it the sum is above the limit
     */
    public double level(double own, double limitPerSecond) {
        if (count == 0) {
            return limitPerSecond;
        }
        System.arraycopy(perSecond, 0, sorted, 0, count);
        sorted[count] = own;
        Arrays.sort(sorted, 0, count + 1);
        double rest = limitPerSecond;
        for (int i = 0; i <= count; i++) {
            double level = rest / (count + 1 - i);
            if (sorted[i] >= level) {
                return level;
            }
            rest -= sorted[i];
        }
        return limitPerSecond;
    }
}

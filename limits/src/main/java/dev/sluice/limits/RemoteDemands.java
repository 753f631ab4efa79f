package dev.sluice.limits;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What other nodes want of one limit, and the max-min level at which all get it. Belongs to the turn's holder. */
final class RemoteDemands {
    private @Nullable RemoteNode[] nodes = new RemoteNode[4];
    private double[] perSecond = new double[4];
    private double[] sorted = new double[5];
    private int count;

    /** A node has told what it wants. */
    void put(RemoteNode node, double demandPerSecond) {
        for (int i = 0; i < count; i++) {
            if (nodes[i] == node) {
                perSecond[i] = demandPerSecond;
                return;
            }
        }
        if (demandPerSecond == 0) {
            return;
        }
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * count);
            perSecond = Arrays.copyOf(perSecond, 2 * count);
            sorted = new double[2 * count + 1];
        }
        nodes[count] = node;
        perSecond[count++] = demandPerSecond;
    }

    /** Forgets the nodes that are gone. */
    void dropGone() {
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
    }

    double sum() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += perSecond[i];
        }
        return sum;
    }

    /** Whether a node that wants something has not been heard since then. */
    boolean anyUnheardSince(long nanos) {
        for (int i = 0; i < count; i++) {
            RemoteNode node = nodes[i];
            if (node != null && perSecond[i] > 0 && node.isLive() && node.heardNanos() < nanos) {
                return true;
            }
        }
        return false;
    }

    /**
     * The level at which the demands, each cut off at it, fill the limit exactly: who wants less than the level gets
     * all of it (max-min fairness).
     *
     * @param own this node's demand; with it the sum is above the limit
     */
    double level(double own, double limitPerSecond) {
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

package dev.sluice.limits.model;

/**
 * The cluster as one node sees it.
 *
 * @param live nodes whose reports are received, this one included; at least 1
 * @param known nodes that the cluster has, as far as is known; at least {@code live}
 * @param fraction the part of each limit that the live ones may admit together; above 0, at most 1
 * @param isStarting whether this node has only just begun to receive: it doesn't know all nodes yet, nor what they
 *     admitted before
 */
public record Membership(int live, int known, double fraction, boolean isStarting) {
    /** A node without others. */
    public static final Membership ALONE = new Membership(1, 1, 1);

    /** The view of a node that has received for long enough. */
    public Membership(int live, int known, double fraction) {
        this(live, known, fraction, false);
    }

    public Membership {
        if (live < 1 || known < live) {
            throw new IllegalArgumentException(live + " live nodes of " + known);
        }
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("a fraction of " + fraction);
        }
    }
}

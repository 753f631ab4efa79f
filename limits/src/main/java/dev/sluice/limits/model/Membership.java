package dev.sluice.limits.model;

/**
 * The cluster as one node sees it.
 *
 * @param live nodes that are heard, this one included; at least 1
 * @param known nodes that the cluster has, as far as is known; at least {@code live}
 * @param fraction the part of each limit that the live ones may admit together; above 0, at most 1
 * @param isStarting whether this node has just begun to listen: others may be there that it hasn't heard, and what they
 *     admitted before it can't know
 */
public record Membership(int live, int known, double fraction, boolean isStarting) {
    /** A node without others. */
    public static final Membership ALONE = new Membership(1, 1, 1);

    /** Of a node that has listened for long enough. */
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

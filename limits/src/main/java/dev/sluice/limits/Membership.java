package dev.sluice.limits;

/**
 * The cluster as one node sees it.
 *
 * @param live nodes that are heard, this one included; at least 1
 * @param known nodes that the cluster has, as far as is known; at least {@code live}
 * @param fraction the part of each limit that the live ones may admit together; above 0, at most 1
 */
public record Membership(int live, int known, double fraction) {
    /** A node without others. */
    public static final Membership ALONE = new Membership(1, 1, 1);

    public Membership {
        if (live < 1 || known < live) {
            throw new IllegalArgumentException(live + " live nodes of " + known);
        }
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("a fraction of " + fraction);
        }
    }
}

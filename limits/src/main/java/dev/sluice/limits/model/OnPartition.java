package dev.sluice.limits.model;

import java.util.Locale;
import java.util.Optional;

/** What nodes may admit while they don't reach all of the cluster. */
public enum OnPartition {
    /** {@link #QUORUM}; {@link #OPEN} in a cluster of two, where a crash and a partition look alike. */
    AUTO,
    /** The whole limit where more than half of the nodes reach each other, else the part that they are of the cluster. */
    QUORUM,
    /** Always the part of the limit that the nodes which reach each other are of the cluster. */
    STATIC,
    /** The whole limit. */
    OPEN;

    /** The rule of a configuration value such as {@code quorum}. */
    public static Optional<OnPartition> ofKey(String key) {
        for (OnPartition rule : values()) {
            if (rule.name().toLowerCase(Locale.ROOT).equals(key)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /**
     * The part of each limit that the nodes which reach each other may admit together.
     *
     * @param live how many those are, at least 1
     * @param known how many the cluster has, at least {@code live}
     * @return above 0, at most 1
     */
    public double fraction(int live, int known) {
        double part = (double) live / known;
        return switch (this) {
            case OPEN -> 1;
            case STATIC -> part;
            case AUTO -> known <= 2 || 2 * live > known ? 1 : part;
            case QUORUM -> 2 * live > known ? 1 : part;
        };
    }

    /**
     * The same while some nodes don't reach this one but reach others that do. Each side of such a cut may be a majority
     * together with the nodes in the middle. Each side then has half of the limit and half of one node's part: both together
     * admit no more than the whole limit and one node's part.
     *
     * @param reachableByOthers how many nodes don't reach this one but reach others that do
     */
    public double fraction(int live, int known, int reachableByOthers) {
        double fraction = fraction(live, known);
        boolean cut = reachableByOthers > 0 && (this == QUORUM || this == AUTO);
        return cut ? Math.min(fraction, (known + 1) / (2.0 * known)) : fraction;
    }
}

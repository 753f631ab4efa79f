package dev.sluice.limits.model;

import java.util.Locale;
import java.util.Optional;

/** How the nodes of a cluster share one limit; chosen per limit in the limits file. */
public enum Sharing {
    /** What others admitted is charged, and each node runs at its max-min share of what is left. */
    PACED,
    /** What others admitted is charged; each node takes whatever room it sees. */
    NONE,
    /** Each node has a fixed part of the limit, one of as many as there are nodes. */
    STATIC,
    /** Each node has the whole limit for itself. */
    LOCAL;

    /** The sharing of a configuration value such as {@code paced}. */
    public static Optional<Sharing> ofKey(String key) {
        for (Sharing sharing : values()) {
            if (sharing.key().equals(key)) {
                return Optional.of(sharing);
            }
        }
        return Optional.empty();
    }

    /** The value in the limits file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether what other nodes admitted counts. */
    public boolean countsOthers() {
        return this == PACED || this == NONE;
    }
}

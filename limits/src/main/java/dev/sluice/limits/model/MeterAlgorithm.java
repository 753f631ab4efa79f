package dev.sluice.limits.model;

import java.util.Locale;
import java.util.Optional;

/** What "N per period" means; chosen per limit in the limits file. */
public enum MeterAlgorithm {
    /** No sliding period holds more than N. */
    WINDOW,
    /** A token bucket of rate N per period and depth {@code burst}; starts full. RGW's meaning. */
    BUCKET,
    /** No period from one edge of the wall clock's to the next holds more than N. */
    FIXED,
    /** As {@link #FIXED}, and without pacing whatever the sharing: local plus received counts, for comparison. */
    SEED;

    /** The meter of a configuration value such as {@code window}. */
    public static Optional<MeterAlgorithm> ofKey(String key) {
        for (MeterAlgorithm kind : values()) {
            if (kind.key().equals(key)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

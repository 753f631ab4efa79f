package dev.sluice.limits.model;

import java.util.Locale;
import java.util.Optional;

/** The name of a {@link RateAlgorithm}, as in the limits file. */
public enum MeterAlgorithm {
    WINDOW,
    BUCKET,
    FIXED,
    SEED;

    /** The algorithm of a configuration value such as {@code window}. */
    public static Optional<MeterAlgorithm> ofKey(String key) {
        for (MeterAlgorithm algorithm : values()) {
            if (algorithm.key().equals(key)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** The value in the limits file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

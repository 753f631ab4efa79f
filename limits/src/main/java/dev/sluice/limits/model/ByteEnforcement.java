package dev.sluice.limits.model;

import java.util.Locale;
import java.util.Optional;

/** What becomes of a transfer that is larger than what its byte limits have room for; chosen per limit. */
public enum ByteEnforcement {
    /** It waits before each further part: nothing more is read from its sender until there is room. */
    PACE,
    /** It runs on; the requests after it wait until what was taken too much has aged. */
    DEBT;

    /** The flow of a configuration value such as {@code pace}. */
    public static Optional<ByteEnforcement> ofKey(String key) {
        for (ByteEnforcement flow : values()) {
            if (flow.key().equals(key)) {
                return Optional.of(flow);
            }
        }
        return Optional.empty();
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

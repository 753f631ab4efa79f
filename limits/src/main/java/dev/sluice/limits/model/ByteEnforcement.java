package dev.sluice.limits.model;

import java.util.Optional;

/** What happens to a transfer that is larger than what its byte limits have room for; chosen per limit. */
public enum ByteEnforcement {
    /** The transfer is held: no more is read from its sender until there is room. */
    PACE("pace"),
    /** The transfer runs on. Later requests are rejected until what it used too much has aged. */
    DEFER("debt");

    private final String key;

    ByteEnforcement(String key) {
        this.key = key;
    }

    /** The enforcement of a configuration value such as {@code pace}. */
    public static Optional<ByteEnforcement> ofKey(String key) {
        for (ByteEnforcement enforcement : values()) {
            if (enforcement.key.equals(key)) {
                return Optional.of(enforcement);
            }
        }
        return Optional.empty();
    }

    /** The value in the limits file. */
    public String key() {
        return key;
    }
}

package dev.sluice.proxy.quota.api;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields that a call may have in JSON. */
enum CallField {
    OP,
    NAMESPACE,
    RESOURCE,
    TOKENS,
    VERSION,
    LEASE,
    HOLDER,
    SECONDS,
    IDEMPOTENCY_KEY;

    private static final CallField[] ALL = values();
    private static final Map<String, CallField> BY_KEY = new HashMap<>();

    static {
        for (CallField field : values()) {
            BY_KEY.put(field.key, field);
        }
    }

    private final String key = name().toLowerCase(Locale.ROOT);

    /** As in JSON. */
    String key() {
        return key;
    }

    /** A bit of its own. */
    int bit() {
        return 1 << ordinal();
    }

    /** The field with that bit. */
    static CallField ofBit(int number) {
        return ALL[number];
    }

    /** Null: there is no such field. */
    static @Nullable CallField of(String key) {
        return BY_KEY.get(key);
    }
}

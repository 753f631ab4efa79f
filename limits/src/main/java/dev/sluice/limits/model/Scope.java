package dev.sluice.limits.model;

import java.util.Locale;

/** Whom a limit is for. The order is the wire order of {@code sync}: append only. */
public enum Scope {
    /** One user, {@code uid} or {@code tenant$uid}. */
    USER,
    /** One bucket, {@code name} or {@code tenant:name}. */
    BUCKET,
    /** All users of one tenant together. */
    TENANT,
    /** All requests without an identity together. */
    ANONYMOUS,
    /** The whole cluster. */
    TOTAL;

    private static final Scope[] ALL = values();

    private final String key = name().toLowerCase(Locale.ROOT);

    public static int count() {
        return ALL.length;
    }

    public static Scope at(int ordinal) {
        return ALL[ordinal];
    }

    /** The word for logs, metrics and the admin API. */
    public String key() {
        return key;
    }
}

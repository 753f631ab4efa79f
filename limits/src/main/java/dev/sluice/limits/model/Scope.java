package dev.sluice.limits.model;

import java.util.Locale;

/** The kind of subject that a limit is for. The order is the wire order of {@code sync}: append only. */
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
    TOTAL,
    /** One client address, for its requests whose access key is not proven. */
    UNPROVEN,
    /** One rate quota, as {@link QuotaName#subject}. No request to the gateway is held to it. */
    QUOTA;

    private static final Scope[] ALL = values();

    private final String key = name().toLowerCase(Locale.ROOT);

    /** How many scopes there are; the length of arrays indexed by {@link #ordinal()}. */
    public static int count() {
        return ALL.length;
    }

    /** The scope of an ordinal. */
    public static Scope at(int ordinal) {
        return ALL[ordinal];
    }

    /** The word for logs, metrics and the admin API. */
    public String key() {
        return key;
    }
}

package dev.sluice.policy.quotasfile;

import java.util.Locale;
import java.util.Optional;

/** The two kinds of quotas. A name may be one of each: they have nothing to do with each other. */
public enum QuotaKind {
    /** Tokens a period. */
    RATE,
    /** Tokens that are taken until they are freed. */
    ALLOC;

    /** The key in quotas.conf, and the segment of a path. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a key. */
    public static Optional<QuotaKind> ofKey(String key) {
        for (QuotaKind kind : values()) {
            if (kind.key().equals(key)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}

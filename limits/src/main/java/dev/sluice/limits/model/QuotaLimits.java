package dev.sluice.limits.model;

import dev.sluice.common.CompactMap;
import java.util.Map;

/**
 * The rate quotas of a policy. Each set of limits has one limit, on {@link Dimension#TOKENS}. Immutable.
 *
 * @param named by {@link QuotaName#subject}: quotas with an entry of their own
 * @param others by namespace: what each other resource of it has for itself, the entry {@code "*"}
 */
public record QuotaLimits(Map<String, LimitSet> named, Map<String, LimitSet> others) {
    /** No quota. */
    public static final QuotaLimits NONE = new QuotaLimits(Map.of(), Map.of());

    /** Copies. */
    public QuotaLimits {
        named = CompactMap.copyOf(named);
        others = CompactMap.copyOf(others);
    }

    /** Whether there is no quota. */
    public boolean isEmpty() {
        return named.isEmpty() && others.isEmpty();
    }

    /** The limits of a quota; {@link LimitSet#UNLIMITED}: there is no such quota. */
    public LimitSet of(QuotaName quota) {
        return ofSubject(quota.subject());
    }

    /**
     * The limits of a quota.
     *
     * @param subject as {@link QuotaName#subject}
     * @return {@link LimitSet#UNLIMITED}: there is no such quota
     */
    LimitSet ofSubject(String subject) {
        LimitSet own = named.get(subject);
        if (own != null || others.isEmpty()) {
            return own != null ? own : LimitSet.UNLIMITED;
        }
        LimitSet other = others.get(QuotaName.namespaceOf(subject));
        return other != null ? other : LimitSet.UNLIMITED;
    }
}

package dev.sluice.common;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a node of the quota service does. On the wire each role is the bit of its ordinal: new ones come last. */
public enum QuotaRole {
    /** Takes calls of clients, and forwards those that it has no role for. */
    PROXY,
    /** Decides calls of rate quotas. */
    RATE,
    /** Keeps allocations. */
    ALLOC;

    /** All roles. */
    public static final Set<QuotaRole> ALL = Set.of(values());

    /** As in the settings and in JSON: {@code proxy}, {@code rate} or {@code alloc}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role with that key; empty: there is none. */
    public static Optional<QuotaRole> ofKey(String key) {
        for (QuotaRole role : values()) {
            if (role.key().equals(key)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** The bits of some roles. */
    public static int bits(Set<QuotaRole> roles) {
        int bits = 0;
        for (QuotaRole role : roles) {
            bits |= 1 << role.ordinal();
        }
        return bits;
    }

    /** The roles of some bits; those of later releases are left out. */
    public static Set<QuotaRole> ofBits(int bits) {
        EnumSet<QuotaRole> roles = EnumSet.noneOf(QuotaRole.class);
        for (QuotaRole role : values()) {
            if ((bits & 1 << role.ordinal()) != 0) {
                roles.add(role);
            }
        }
        return roles;
    }
}

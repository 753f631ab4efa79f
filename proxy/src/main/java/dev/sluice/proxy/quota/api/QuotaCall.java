package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.rate.RateStep;

/** What a client asks for, checked. Immutable. */
sealed interface QuotaCall {
    /** A name of the call, by which a repetition is recognised; empty: none. */
    default String key() {
        return "";
    }

    /** Takes tokens of a rate quota. */
    record Allow(RateStep step, String key) implements QuotaCall {}

    /** Looks at an allocation quota. */
    record View(QuotaName quota) implements QuotaCall {}

    /** Allocates or frees tokens. */
    record Change(AllocStep step, String key) implements QuotaCall {}

    /** Lets a lease last for so long from now. */
    record Renew(long lease, long millis) implements QuotaCall {}
}

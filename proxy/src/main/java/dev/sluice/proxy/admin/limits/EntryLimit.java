package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.policy.source.LimitOrigin.OriginKind;

/**
 * One limit of an entry.
 *
 * @param limit as in the limits file
 * @param limitAmount operations, bytes or requests in flight
 * @param periodSeconds the period of a rate; 0: the limit is on requests in flight
 * @param meter how the limit counts, as in the limits file; {@code gauge}: requests in flight
 * @param capacity how much may be used at once: the depth of a bucket, else the amount
 * @param onExceed what happens to a request that it has no room for
 * @param origin where it is set, for people: {@code limits.conf:8}, {@code RGW user alice}
 * @param originKind what kind of place that is
 */
public record EntryLimit(
        Dimension dimension,
        String limit,
        long limitAmount,
        double periodSeconds,
        String meter,
        long capacity,
        OnExceed.Action onExceed,
        String origin,
        OriginKind originKind) {}

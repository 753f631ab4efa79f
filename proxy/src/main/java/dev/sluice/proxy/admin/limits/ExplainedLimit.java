package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import java.util.List;
import java.util.Optional;

/**
 * One limit that a request has to pass.
 *
 * @param subject whose limit it is; empty where the scope has only one
 * @param entry that sets it, as in the limits file: {@code users.alice}, {@code each-user}
 * @param limit as in the limits file
 * @param limitAmount operations, bytes or requests in flight
 * @param periodSeconds the period of a rate; 0: the limit is on requests in flight
 * @param meter how the limit counts, as in the limits file; {@code gauge}: requests in flight
 * @param onExceed what happens to a request that it has no room for
 * @param maxWaitSeconds how long such a request may wait; empty: it doesn't
 * @param origin where it is set, for people: {@code limits.conf:8}, {@code RGW user alice}
 * @param originKind what kind of place that is
 * @param overrides places that set the entry too, and don't count
 * @param binds whether it is the one that decides: it rejects, or it is the next to
 * @param used what the cluster has used, as far as this sidecar knows
 * @param remaining what the cluster has left
 * @param atOnceHere how much this sidecar may admit at once before it receives another report; empty: nothing but the
 *     cluster's room holds it
 * @param hasRoom whether this sidecar would admit one more request now
 * @param waitSeconds until it would; empty: never
 * @param rejected on this sidecar, since it came to know the subject
 * @param wouldReject likewise; rejections of a shadow limit
 */
public record ExplainedLimit(
        Scope scope,
        String subject,
        String entry,
        Dimension dimension,
        String limit,
        long limitAmount,
        double periodSeconds,
        String meter,
        OnExceed.Action onExceed,
        Optional<Double> maxWaitSeconds,
        String origin,
        OriginKind originKind,
        List<String> overrides,
        boolean binds,
        long used,
        long remaining,
        Optional<Long> atOnceHere,
        boolean hasRoom,
        Optional<Double> waitSeconds,
        long rejected,
        long wouldReject) {
    public ExplainedLimit {
        overrides = List.copyOf(overrides);
    }
}

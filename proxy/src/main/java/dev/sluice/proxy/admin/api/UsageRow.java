package dev.sluice.proxy.admin.api;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.json.JsonKey;
import java.util.Optional;

/**
 * One limit of one subject.
 *
 * @param subject empty where the scope has only one
 * @param limit as in the limits file
 * @param limitAmount operations, bytes or requests in flight
 * @param periodSeconds the period of a rate; 0: the limit is on requests in flight
 * @param meter how the limit counts, as in the limits file; {@code gauge}: requests in flight
 * @param onExceed what happens to a request that it has no room for
 * @param origin where it is set: {@code limits.conf:8}, {@code RGW user alice}; empty: not known
 * @param used what the cluster has used, as far as this sidecar knows
 * @param remaining what would be admitted now
 * @param admitted on this sidecar, since it came to know the subject
 * @param rejected likewise
 * @param wouldReject likewise; rejections of a shadow limit
 * @param admittedPerSecond of the cluster, mean of the last five seconds; empty: it is not among the limits with the most
 *     pressure
 * @param rejectedPerSecond likewise
 * @param excess the most by which the limit was exceeded, as seen from this sidecar; empty: sidecars don't share the limit out
 * @param excessBound the most by which it may be exceeded now; empty likewise
 * @param bytes what happens to transfers beyond the limit, as in the limits file; empty: the limit isn't on bytes
 * @param waitingTransfers transfers that wait on this sidecar; empty: the limit isn't on bytes
 * @param held requests that began to wait for room on this sidecar, since it came to know the subject; empty, as are the
 *     following: the limit lets none wait
 * @param waitingRequests how many of them wait now
 * @param heldSeconds how long those waited together that wait no more
 * @param rejectedAfterWaiting how many were rejected after they had waited
 */
public record UsageRow(
        Scope scope,
        String subject,
        Dimension dimension,
        String limit,
        long limitAmount,
        double periodSeconds,
        String meter,
        @JsonKey("on-exceed") OnExceed.Action onExceed,
        Optional<String> origin,
        long used,
        long remaining,
        long admitted,
        long rejected,
        @JsonKey("would-reject") long wouldReject,
        Optional<Number> admittedPerSecond,
        Optional<Number> rejectedPerSecond,
        Optional<Long> excess,
        Optional<Long> excessBound,
        Optional<String> bytes,
        Optional<Integer> waitingTransfers,
        Optional<Long> held,
        Optional<Integer> waitingRequests,
        Optional<Double> heldSeconds,
        Optional<Long> rejectedAfterWaiting) {}

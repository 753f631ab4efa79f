package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.live.activity.CountEstimate;
import dev.sluice.proxy.admin.live.activity.ReceivedActivity;
import dev.sluice.proxy.admin.live.body.HistoryBody;
import dev.sluice.proxy.loop.DurationSums;
import dev.sluice.sync.activity.LimitActivity;
import dev.sluice.sync.activity.NodeActivity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one sidecar did in the last {@value SecondsRing#SECONDS} seconds: some 25 kB. A restart goes on with the same series.
 * Owned by the view.
 */
final class NodeTrack {
    private static final long TICK_NANOS = 1_000_000_000L;

    private final SecondsRing admitted;
    private final SecondsRing rejected;
    private final SecondsRing failed;
    private final SecondsRing bytesToClients;
    private final SecondsRing bytesFromClients;
    private final SecondsRing latency;
    private final SecondsRing upstream;
    private final NodeTimes times = new NodeTimes();
    private final Map<LimitKey, NodeLimit> limits = new HashMap<>();
    private Counts counts = new Counts();
    private long incarnation;
    private double other = Double.NaN;
    private ReceivedActivity last = ReceivedActivity.NONE;
    private boolean isKnown;

    /** The counts of one incarnation. */
    private static final class Counts {
        private final CountEstimate admitted = new CountEstimate();
        private final CountEstimate rejected = new CountEstimate();
        private final CountEstimate failed = new CountEstimate();
        private final CountEstimate other = new CountEstimate();
        private final CountEstimate bytesToClients = new CountEstimate();
        private final CountEstimate bytesFromClients = new CountEstimate();
    }

    NodeTrack(long incarnation, long tick) {
        this.incarnation = incarnation;
        admitted = new SecondsRing(tick);
        rejected = new SecondsRing(tick);
        failed = new SecondsRing(tick);
        bytesToClients = new SecondsRing(tick);
        bytesFromClients = new SecondsRing(tick);
        latency = new SecondsRing(tick);
        upstream = new SecondsRing(tick);
    }

    /** Takes the last activity of a live sidecar. */
    void update(long ofIncarnation, ReceivedActivity received, long tick, long nowNanos) {
        if (ofIncarnation != incarnation) {
            incarnation = ofIncarnation;
            counts = new Counts();
            times.clear();
            limits.clear();
        }
        last = received;
        isKnown = true;
        NodeActivity activity = received.activity();
        long nanos = received.nanos();
        admitted.set(tick, counts.admitted.advance(activity.requests().admitted(), nanos, nowNanos));
        rejected.set(tick, counts.rejected.advance(activity.requests().rejected(), nanos, nowNanos));
        failed.set(tick, counts.failed.advance(activity.requests().failed(), nanos, nowNanos));
        other = counts.other.advance(activity.requests().other(), nanos, nowNanos);
        bytesToClients.set(tick, counts.bytesToClients.advance(activity.bytesToClients(), nanos, nowNanos));
        bytesFromClients.set(tick, counts.bytesFromClients.advance(activity.bytesFromClients(), nanos, nowNanos));
        times.update(activity, nanos);
        latency.set(tick, median(times.lastSecond().request()));
        upstream.set(tick, median(times.lastSecond().upstream()));
        for (LimitActivity limit : activity.limits()) {
            limits.computeIfAbsent(new LimitKey(limit.id(), limit.dimension()), key -> new NodeLimit(limit))
                    .update(limit, nanos, tick, nowNanos);
        }
        limits.values().removeIf(limit -> !limit.isSeen(tick));
    }

    /** The limits that this sidecar is about to show for the first time had counted so much. */
    void beginLimit(
            LimitKey key,
            LimitActivity first,
            long admittedBefore,
            long rejectedBefore,
            long wouldRejectBefore,
            long nowNanos) {
        if (!limits.containsKey(key)) {
            NodeLimit limit = new NodeLimit(first);
            limit.begin(admittedBefore, rejectedBefore, wouldRejectBefore, nowNanos - TICK_NANOS);
            limits.put(key, limit);
        }
    }

    /** The sidecar is silent, or does not report its activity. */
    void forget() {
        last = ReceivedActivity.NONE;
        isKnown = false;
        other = Double.NaN;
        times.clear();
        limits.clear();
        counts = new Counts();
    }

    private static double median(DurationSums sums) {
        return sums.quantileSeconds(0.5).orElse(Double.NaN);
    }

    boolean isKnown() {
        return isKnown;
    }

    NodeActivity activity() {
        return last.activity();
    }

    Map<LimitKey, NodeLimit> limits() {
        return limits;
    }

    NodeTimes times() {
        return times;
    }

    double other() {
        return other;
    }

    double admitted(long tick) {
        return admitted.get(tick);
    }

    double rejected(long tick) {
        return rejected.get(tick);
    }

    double failed(long tick) {
        return failed.get(tick);
    }

    double bytesToClients(long tick) {
        return bytesToClients.get(tick);
    }

    double bytesFromClients(long tick) {
        return bytesFromClients.get(tick);
    }

    /** Whether it did nothing in the last {@value SecondsRing#SECONDS} seconds. */
    boolean isQuiet(long tick) {
        return List.of(admitted, rejected, failed).stream().allMatch(ring -> ring.isQuiet(tick));
    }

    HistoryBody.SidecarHistory history(String node, long tick) {
        return new HistoryBody.SidecarHistory(
                node,
                admitted.seriesUnlessZero(tick),
                rejected.seriesUnlessZero(tick),
                failed.seriesUnlessZero(tick),
                bytesToClients.seriesUnlessZero(tick),
                bytesFromClients.seriesUnlessZero(tick),
                latency.seriesUnlessZero(tick),
                upstream.seriesUnlessZero(tick));
    }
}

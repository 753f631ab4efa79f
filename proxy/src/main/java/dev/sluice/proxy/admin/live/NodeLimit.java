package dev.sluice.proxy.admin.live;

import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.live.activity.CountEstimate;
import dev.sluice.sync.activity.LimitActivity;

/** One limit on one sidecar: what it did in the last second. Owned by the view. */
final class NodeLimit {
    private final CountEstimate admittedCount = new CountEstimate();
    private final CountEstimate rejectedCount = new CountEstimate();
    private final CountEstimate wouldRejectCount = new CountEstimate();
    private LimitActivity last;
    private double admitted;
    private double rejected;
    private double wouldReject;
    private long seenTick;

    NodeLimit(LimitActivity first) {
        last = first;
    }

    /** What it had counted at a time before the first activity. */
    void begin(long admittedBefore, long rejectedBefore, long wouldRejectBefore, long nanos) {
        admittedCount.advance(admittedBefore, nanos, nanos);
        rejectedCount.advance(rejectedBefore, nanos, nanos);
        wouldRejectCount.advance(wouldRejectBefore, nanos, nanos);
    }

    void update(LimitActivity activity, long receivedNanos, long tick, long nowNanos) {
        last = activity;
        seenTick = tick;
        admitted = activity.dimension().isGauge()
                ? activity.admitted()
                : admittedCount.advance(activity.admitted(), receivedNanos, nowNanos);
        rejected = rejectedCount.advance(activity.rejected(), receivedNanos, nowNanos);
        wouldReject = wouldRejectCount.advance(activity.wouldReject(), receivedNanos, nowNanos);
    }

    boolean isSeen(long tick) {
        return seenTick == tick;
    }

    Scope scope() {
        return last.scope();
    }

    String sealedName() {
        return last.sealedName();
    }

    /** In the last second; requests in flight now. */
    double admitted() {
        return admitted;
    }

    double rejected() {
        return rejected;
    }

    double wouldReject() {
        return wouldReject;
    }

    long waiting() {
        return last.waiting();
    }
}

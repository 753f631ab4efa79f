package dev.sluice.limits.sharing;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.pacing.Allowance;
import dev.sluice.limits.pacing.TransferChunks;

/**
 * A limit on bytes of which more may be used at once than flows in a second, as {@link DividedRoom}. This node's part is
 * served by a {@link TransferQueue}, in which transfers wait.
 *
 * <p>Of a window, half of the limit can be used at once. A transfer that has begun would else stand still until the window
 * has room again, for up to a period. The other half flows at the highest rate that can go on until then. A bucket fills
 * all the time, so that all of it can be used at once.
 */
final class DividedTransfers extends DividedRoom {
    /** The part of a window that is kept for an even flow; with the margin of {@link Allowance#ofRoom} nearly a half. */
    private static final double KEPT_PART = 0.4;
    /** What is left at a moment flows in such a time, however soon more becomes free. */
    private static final double FLOW_SECONDS_MIN = 0.1;

    private static final int SAMPLES = 16;
    private static final long SAMPLED_NANOS = 10_000_000L;
    /** In seconds of the flow: what may be saved up of it. */
    private static final double SAVED_SECONDS = 0.05;
    /** Demands are rounded down before they are reported. */
    private static final double NEARLY = 0.99;
    /** Requests whose bodies are admitted together, on one node. */
    private static final int BODIES_TOGETHER = 4;

    private final TransferQueue queue = new TransferQueue();
    private final long keptFirst;
    /** What was served so far. */
    private double served;

    /** Of this node. */
    private double flowPerSecond;
    /** Of all nodes. */
    private double lastingPerSecond;

    private long sampledNanos;

    DividedTransfers(Ledger ledger, ClusterView cluster, long nowNanos) {
        super(ledger, cluster, nowNanos);
        this.keptFirst = ledger.kept();
        this.sampledNanos = nowNanos - SAMPLED_NANOS;
        queue.beginEmpty();
        start(nowNanos);
    }

    // ---- decisions ----

    @Override
    boolean hasRoom(long cost, long nowNanos) {
        maintainIfDue(nowNanos);
        return queue.isOpen() && ceiling() - ledger.kept() >= queue.expectedBytes();
    }

    @Override
    boolean tryTake(Meter meter, long cost, long nowNanos) {
        if (!hasRoom(cost, nowNanos)) {
            return false;
        }
        if (ledger.kept() >= urgentFrom()) {
            ledger.owner().requestUrgentUpdate();
        }
        return true;
    }

    @Override
    long waitNanos(long cost, long nowNanos) {
        if (ledger.limit().amount() == 0) {
            return Meter.NEVER;
        }
        if (queue.isOpen() && ceiling() - ledger.kept() >= queue.expectedBytes()) {
            return 0;
        }
        double queueNanos = queue.openSeconds(share.weight() * limitPerSecond) * Limit.SECOND_NANOS;
        long meterNanos = ledger.meter().waitNanos(queue.expectedBytes(), nowNanos);
        return Math.max(Math.max(meterNanos, (long) queueNanos), delaysNanos(KNOWN_DELAYS));
    }

    @Override
    long refusedUnits() {
        return queue.meanBytes();
    }

    @Override
    TransferQueue queue() {
        return queue;
    }

    // ---- maintenance ----

    @Override
    double flowIn(double seconds, long pending, long nowNanos) {
        return seconds * flowPerSecond;
    }

    @Override
    void publish(double flowed, long nowNanos) {
        super.publish(flowed, nowNanos);
        serve(flowed, nowNanos);
    }

    private void serve(double flowed, long nowNanos) {
        double room = Math.max(0, room(nowNanos));
        double kept = (double) ledger.kept() - keptFirst;
        double most = ceiling() - keptFirst;
        boolean isBucket = ledger.rateLimit().rate().algorithm() instanceof RateAlgorithm.TokenBucket;
        double reserve = isBucket ? 0 : KEPT_PART * ledger.capacity() * ledger.fraction();
        double weight = isSingleNode ? 1 : share.weight();
        double atOnce = most - kept - weight * Math.min(room, reserve);
        if (nowNanos - sampledNanos >= SAMPLED_NANOS) {
            sampledNanos = nowNanos;
            lastingPerSecond = lastingPerSecond(room, nowNanos);
        }
        flowPerSecond = weight * lastingPerSecond;
        double perSecond = flowPerSecond + Math.max(0, atOnce);
        double quantum = TransferChunks.chunkBytes(perSecond);
        double saved = Math.max(SAVED_SECONDS * flowPerSecond, quantum);
        double flowing = Math.min(served + flowed, queue.wanted() + saved);
        served = Math.min(most, Math.max(kept + atOnce, flowing));
        queue.updateShare(quantum, perSecond, perSecond);
        queue.serveUpTo(served, perSecond);
    }

    /**
     * The highest rate of all nodes together that can go on for a period. What is left, and what becomes free until some time,
     * must last until then, for any such time. That is sampled.
     */
    private double lastingPerSecond(double room, long nowNanos) {
        Meter meter = ledger.meter();
        double amount = ledger.capacity() * ledger.fraction();
        double used = Math.max(0, amount - room);
        // A new window begins with all of the limit.
        double rate = ledger.rateLimit().rate().algorithm() instanceof RateAlgorithm.FixedWindow
                ? amount / FLOW_SECONDS_MIN
                : limitPerSecond;
        for (int i = 0; i < SAMPLES; i++) {
            double free = room + used * i / SAMPLES;
            double seconds = meter.waitNanos((long) free + 1, nowNanos) * 1e-9;
            rate = Math.min(rate, free / Math.max(seconds, FLOW_SECONDS_MIN));
        }
        return rate;
    }

    @Override
    boolean isUrgent(double seconds, long nowNanos) {
        boolean isReported = demand.reported() >= NEARLY * share.limitPerSecond();
        return super.isUrgent(seconds, nowNanos) || (queue.hasWaited() && !isReported);
    }

    /** Transfers that wait take whatever they get: what they would take is unknown, and no less than all. */
    @Override
    double hiddenDemand() {
        if (!queue.hasWaited()) {
            return super.hiddenDemand();
        }
        queue.startMeasuring();
        return share.limitPerSecond();
    }

    @Override
    boolean hasWaited() {
        return queue.hasWaited() || super.hasWaited();
    }

    /** {@inheritDoc} Transfers wait. */
    @Override
    double bearable(long nowNanos) {
        return Double.MAX_VALUE;
    }

    @Override
    boolean canUseFastPath() {
        return false;
    }

    /** {@inheritDoc} A node may pass its part by the bodies of requests that it admitted together, and by a chunk. */
    @Override
    double excess(int liveNodes, double silentSeconds, long nowNanos) {
        return liveNodes <= 1
                ? 0
                : Allowance.excessOfBytes(liveNodes, (double) BODIES_TOGETHER * queue.freeBytes() + queue.chunkBytes());
    }
}

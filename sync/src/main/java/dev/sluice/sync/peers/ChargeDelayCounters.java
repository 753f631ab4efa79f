package dev.sluice.sync.peers;

import dev.sluice.sync.wire.ReportDelays;
import java.util.ArrayList;
import java.util.List;

/**
 * The counters behind {@link ChargeDelays}. The operations of one span waited evenly between no time and the whole
 * span, and are counted so, in fractions. Owned by the thread of the {@link PeerTable}.
 */
final class ChargeDelayCounters {
    private static final List<Long> BOUNDS_NANOS = ChargeDelays.boundsNanos();

    /** A longer transit is not plausible: the sender's machine or its clock stood still. */
    static final long TRANSIT_NANOS_MAX = 60_000_000_000L;

    private final double[] counts = new double[BOUNDS_NANOS.size() + 1];
    private double sumNanos;
    private long unknown;

    /**
     * Counts the operations of a report.
     *
     * @param operations that were charged for it
     * @param transitNanos how long the report was in transit, at least 0
     */
    void add(ReportDelays delays, long operations, long transitNanos) {
        long charged = Math.max(operations, 0);
        long reported = delays.operations();
        if (transitNanos > TRANSIT_NANOS_MAX) {
            addUnknown(charged);
            return;
        }
        // More reported than charged: some of it is from before this peer's baseline. Less: an earlier report was
        // lost.
        double part = reported > charged ? (double) charged / reported : 1;
        addUnknown(charged - reported);
        for (ReportDelays.Span span : delays.spans()) {
            spread(part * span.operations(), transitNanos, transitNanos + span.nanos());
        }
    }

    /** Counts operations of a peer that reports no delays. */
    void addUnknown(long operations) {
        // Peers may report any count, so the sum may overflow. A counter must not fall.
        unknown = Math.max(unknown + Math.max(operations, 0), unknown);
    }

    private void spread(double operations, long fromNanos, long toNanos) {
        if (operations == 0) {
            return;
        }
        sumNanos += operations * ((double) fromNanos + toNanos) / 2;
        double belowBefore = 0;
        for (int i = 0; i < counts.length; i++) {
            double below = i < BOUNDS_NANOS.size() ? partBelow(BOUNDS_NANOS.get(i), fromNanos, toNanos) : 1;
            counts[i] += operations * (below - belowBefore);
            belowBefore = below;
        }
    }

    private static double partBelow(long boundNanos, long fromNanos, long toNanos) {
        if (boundNanos >= toNanos) {
            return 1;
        }
        return boundNanos <= fromNanos ? 0 : (double) (boundNanos - fromNanos) / (toNanos - fromNanos);
    }

    ChargeDelays snapshot() {
        List<Long> rounded = new ArrayList<>(counts.length);
        double sum = 0;
        long roundedSum = 0;
        // The sums are rounded, not the counts. So nothing is lost, and no count ever falls.
        for (double count : counts) {
            sum += count;
            long next = Math.max(Math.round(sum), roundedSum);
            rounded.add(next - roundedSum);
            roundedSum = next;
        }
        return new ChargeDelays(rounded, sumNanos, unknown);
    }
}

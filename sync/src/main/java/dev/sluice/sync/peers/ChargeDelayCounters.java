package dev.sluice.sync.peers;

import dev.sluice.sync.wire.ReportDelays;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts for {@link ChargeDelays}. Operations of one span waited from no time at all to the whole span, evenly, and are
 * counted so, in fractions. Owned by the thread of the {@link PeerTable}.
 */
final class ChargeDelayCounters {
    private static final List<Long> BOUNDS_NANOS = ChargeDelays.boundsNanos();

    /** A longer way is not believed: the sender's machine stood still, or its clock did. */
    static final long TRANSIT_NANOS_MAX = 60_000_000_000L;

    private final double[] counts = new double[BOUNDS_NANOS.size() + 1];
    private double sumNanos;
    private long unknown;

    /**
     * Takes a report.
     *
     * @param operations that were charged for it
     * @param transitNanos how long it was under way, at least 0
     */
    void add(ReportDelays delays, long operations, long transitNanos) {
        long charged = Math.max(operations, 0);
        long reported = delays.operations();
        if (transitNanos > TRANSIT_NANOS_MAX) {
            addUnknown(charged);
            return;
        }
        // OutgoingSubject more than is charged: some of it is this peer's past. OutgoingSubject less: a report that
        // told the rest was lost.
        double part = reported > charged ? (double) charged / reported : 1;
        addUnknown(charged - reported);
        for (ReportDelays.Span span : delays.spans()) {
            spread(part * span.operations(), transitNanos, transitNanos + span.nanos());
        }
    }

    /** Likewise, of a peer that does not tell. */
    void addUnknown(long operations) {
        // What peers count may be anything, and its sum overflow; a counter must not fall.
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

    ChargeDelays times() {
        List<Long> rounded = new ArrayList<>(counts.length);
        double sum = 0;
        long roundedSum = 0;
        // The sums are rounded, not the counts: so nothing is lost, and none of them ever falls.
        for (double count : counts) {
            sum += count;
            long next = Math.max(Math.round(sum), roundedSum);
            rounded.add(next - roundedSum);
            roundedSum = next;
        }
        return new ChargeDelays(rounded, sumNanos, unknown);
    }
}

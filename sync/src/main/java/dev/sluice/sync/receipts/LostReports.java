package dev.sluice.sync.receipts;

/**
 * The reports that a peer may lack.
 *
 * @param afterNanos it has all that left until then, monotonic
 * @param untilNanos it may lack those that left until then
 */
public record LostReports(long afterNanos, long untilNanos) {
    /** Whether a report that left then is one of them. */
    public boolean contains(long nanos) {
        return nanos > afterNanos && nanos <= untilNanos;
    }

    LostReports and(LostReports other) {
        return new LostReports(Math.min(afterNanos, other.afterNanos), Math.max(untilNanos, other.untilNanos));
    }
}

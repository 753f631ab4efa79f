package dev.sluice.sync.outgoing;

/**
 * When the next urgent report may leave. One leaves at once, within {@value #APART_NANOS_MIN} ns of the last. A few may
 * follow each other as quickly. In the long run they are as far apart as the number of nodes allows, and as their bytes do:
 * where many subjects are urgent at a time, their reports come less often, up to {@value #APART_NANOS_MAX} ns. Time is an argument. Owned by the {@link
 * Reporter}.
 */
final class UrgentSchedule {
    static final long APART_NANOS_MIN = 2_000_000L;
    /** For however many bytes one report counts, the next ones need not wait longer for it. */
    static final long APART_NANOS_MAX = 500_000_000L;
    /** So many reports may leave one after the other. */
    private static final int BURST = 8;

    private final double nanosPerByte;
    private long lastNanos;
    /** When all reports so far would have left, had each waited for its turn. */
    private long evenNanos;

    /** @param bytesPerSecondMax of the entries of urgent reports */
    UrgentSchedule(double bytesPerSecondMax, long nowNanos) {
        this.nanosPerByte = 1e9 / bytesPerSecondMax;
        this.lastNanos = nowNanos - APART_NANOS_MIN;
        this.evenNanos = nowNanos;
    }

    /** How long the next report has to wait; 0: it may leave now. */
    long waitNanos(long apartNanos, long nowNanos) {
        long sinceLast = Math.max(lastNanos + APART_NANOS_MIN - nowNanos, 0);
        return Math.max(sinceLast, evenNanos - (BURST - 1) * apartNanos - nowNanos);
    }

    /**
     * A report leaves.
     *
     * @param wantedBytes of all entries that were urgent, sent or not
     */
    void sent(long apartNanos, long wantedBytes, long nowNanos) {
        lastNanos = nowNanos;
        long bytesNanos = Math.min((long) (nanosPerByte * wantedBytes), APART_NANOS_MAX);
        evenNanos = Math.max(evenNanos, nowNanos) + Math.max(apartNanos, bytesNanos);
    }
}

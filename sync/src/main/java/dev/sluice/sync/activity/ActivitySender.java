package dev.sluice.sync.activity;

/**
 * Adds this sidecar's activity to its reports, at most {@value #PER_SECOND_MAX} times a second. Time is an argument. Owned by
 * the thread that reports.
 */
public final class ActivitySender {
    /** Receivers take twice as many. */
    public static final int PER_SECOND_MAX = 2;

    private static final long SPACING_NANOS = 1_000_000_000L / PER_SECOND_MAX;
    private static final byte[] NOTHING = {};

    private final ActivityBook book;
    private long sentNanos;

    /** Makes a sender that has sent nothing. */
    public ActivitySender(ActivityBook book, long nowNanos) {
        this.book = book;
        this.sentNanos = nowNanos - SPACING_NANOS;
    }

    /** The section for the next report; no bytes: there is nothing to send. */
    public byte[] next(long nowNanos) {
        if (nowNanos - sentNanos < SPACING_NANOS) {
            return NOTHING;
        }
        byte[] section = book.poll().map(ActivityCodec::section).orElse(NOTHING);
        if (section.length > 0) {
            sentNanos = nowNanos;
        }
        return section;
    }
}

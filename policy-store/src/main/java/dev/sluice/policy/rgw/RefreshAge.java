package dev.sluice.policy.rgw;

/**
 * How old something is that is refreshed while it is in use, and how much it is used. Belongs to one thread.
 *
 * <p>Its priority grows with its use and with its age: the busiest comes first, and what waits for long comes at last.
 */
final class RefreshAge {
    private static final double OLD_WEIGHT = 0.5;

    private boolean isKnown;
    private boolean isDoubtful;
    private long refreshedNanos;
    private long usedNanos;
    private double use;

    /** It was used so often since the last call. */
    void used(int times, long nowNanos) {
        use = use * OLD_WEIGHT + times;
        if (times > 0) {
            usedNanos = nowNanos;
        }
    }

    /** It may have changed just now. */
    void doubt() {
        isDoubtful = true;
    }

    void refreshed(long nowNanos) {
        isKnown = true;
        isDoubtful = false;
        refreshedNanos = nowNanos;
    }

    /** Whether it is too old. What wasn't used since it was refreshed may be older. */
    boolean isDue(long refreshNanos, long nowNanos) {
        if (!isKnown || isDoubtful) {
            return true;
        }
        return nowNanos - refreshedNanos >= refreshNanos && usedNanos - refreshedNanos > 0;
    }

    /** Of what is due, the highest comes first. */
    double priority(long refreshNanos, long nowNanos) {
        double age = isKnown ? (double) (nowNanos - refreshedNanos) / refreshNanos : 1;
        return (1 + use) * Math.max(1, age);
    }

    /** Whether it wasn't used for so long. */
    boolean isIdle(long nanos, long nowNanos) {
        return isKnown && nowNanos - Math.max(usedNanos, refreshedNanos) > nanos;
    }
}

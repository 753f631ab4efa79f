package dev.sluice.it.limits;

/** The fullest period of a run. */
final class SlidingPeriod {
    private SlidingPeriod() {}

    /**
     * The most that happened in any period of that length.
     *
     * @param times sorted
     */
    static int most(long[] times, long periodNanos) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.length; to++) {
            while (times[to] - times[from] >= periodNanos) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}

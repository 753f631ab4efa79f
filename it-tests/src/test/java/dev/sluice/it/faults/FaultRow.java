package dev.sluice.it.faults;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * How a limit was held during and after one fault.
 *
 * @param admittedPercent of the limit, during the fault
 * @param worstPercent of the limit, in the fullest second from the start of the fault to the end of the observation
 * @param refused requests to a killed or stopped sidecar
 * @param failures requests that failed for other reasons than the limit
 * @param recoveredSeconds after the end of the fault: from then on the mean is within 5 % of the limit, and so is the first
 *     second; infinite if it never is
 * @param afterPercent of the limit, from 2 s after the end of the fault on
 */
record FaultRow(
        String fault,
        double seconds,
        double admittedPercent,
        double worstPercent,
        int refused,
        int failures,
        double recoveredSeconds,
        double afterPercent) {
    static final String HEAD = """
            | fault | seconds | admitted, %% of the limit | fullest second, %% | refused by the node that is down | other failures | within 5 %% again after | from 2 s after it on, %% |
            |---|---|---|---|---|---|---|---|
            """.formatted();

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NEAR_PERCENT = 5;
    private static final double STEP_SECONDS = 0.1;
    /** The shortest time for a useful mean. */
    private static final double LEAST_SECONDS = 1;

    /** @param times of admissions, sorted; the fault lasted from begin to end, and was observed until watched */
    static FaultRow of(
            String fault, int limit, long[] times, long begin, long end, long watched, int refused, int failures) {
        return new FaultRow(
                fault,
                (end - begin) / SECOND,
                percent(limit, times, begin, end),
                100.0 * fullestSecond(times, begin, watched) / limit,
                refused,
                failures,
                recovered(limit, times, end, watched),
                percent(limit, times, end + TimeUnit.SECONDS.toNanos(2), watched));
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.0f | %.0f | %d | %d | %s | %.1f |",
                fault,
                seconds,
                admittedPercent,
                worstPercent,
                refused,
                failures,
                Double.isInfinite(recoveredSeconds) ? "-" : String.format(Locale.ROOT, "%.1f s", recoveredSeconds),
                afterPercent);
    }

    /** Percent of the limit, in each whole second of a time. */
    static List<Long> seconds(int limit, long[] times, long from, long to) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return LongStream.range(0, (to - from) / second)
                .map(i -> Math.round(percent(limit, times, from + i * second, from + (i + 1) * second)))
                .boxed()
                .toList();
    }

    /** Percent of the limit, in a time. */
    static double percent(int limit, long[] times, long from, long to) {
        return 100.0 * count(times, from, to) / limit / ((to - from) / SECOND);
    }

    private static int count(long[] times, long from, long to) {
        int count = 0;
        for (long time : times) {
            if (time - from >= 0 && time - to < 0) {
                count++;
            }
        }
        return count;
    }

    private static double recovered(int limit, long[] times, long end, long watched) {
        for (int step = 0; ; step++) {
            long from = end + (long) (step * STEP_SECONDS * SECOND);
            long second = from + (long) (LEAST_SECONDS * SECOND);
            if (second - watched > 0) {
                return Double.POSITIVE_INFINITY;
            }
            if (near(percent(limit, times, from, second)) && near(percent(limit, times, from, watched))) {
                return step * STEP_SECONDS;
            }
        }
    }

    private static boolean near(double percent) {
        return Math.abs(percent - 100) <= NEAR_PERCENT;
    }

    private static int fullestSecond(long[] times, long begin, long watched) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.length; to++) {
            while (times[from] - begin < 0 && from < to || times[to] - times[from] >= TimeUnit.SECONDS.toNanos(1)) {
                from++;
            }
            if (times[to] - begin >= 0 && times[to] - watched < 0) {
                most = Math.max(most, to - from + 1);
            }
        }
        return most;
    }
}

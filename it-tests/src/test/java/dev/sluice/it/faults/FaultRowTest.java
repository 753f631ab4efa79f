package dev.sluice.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultRowTest {
    private static final int LIMIT = 100;

    /** Evenly spaced times at a rate, from one second to another. */
    private static LongStream admissions(int perSecond, int from, int to) {
        long gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
        return LongStream.range(0, (long) perSecond * (to - from)).map(i -> TimeUnit.SECONDS.toNanos(from) + i * gap);
    }

    private static FaultRow row(long[] times) {
        return FaultRow.of(
                "x",
                LIMIT,
                times,
                TimeUnit.SECONDS.toNanos(1),
                TimeUnit.SECONDS.toNanos(4),
                TimeUnit.SECONDS.toNanos(10),
                0,
                0);
    }

    private static long[] join(LongStream... parts) {
        return LongStream.concat(parts[0], LongStream.concat(parts[1], parts[2]))
                .toArray();
    }

    @Test
    void figures_ofAFaultThatAdmitsTooMuch_andEndsAtOnce() {
        var row = row(join(admissions(100, 0, 1), admissions(200, 1, 4), admissions(100, 4, 10)));

        assertThat(row.admittedPercent()).isEqualTo(200);
        assertThat(row.worstPercent()).isEqualTo(200);
        assertThat(row.recoveredSeconds()).isZero();
        assertThat(row.afterPercent()).isEqualTo(100);
    }

    @Test
    void recovery_isWhenTheLimitIsHeldAgain() {
        var row = row(join(admissions(100, 0, 4), admissions(50, 4, 7), admissions(100, 7, 10)));

        assertThat(row.recoveredSeconds()).isBetween(2.5, 3.0);
        assertThat(row.afterPercent()).isBetween(87.0, 88.0);
    }

    @Test
    void neverHeldAgain_isInfinite_andShownAsADash() {
        var row = row(join(admissions(100, 0, 4), admissions(50, 4, 7), admissions(50, 7, 10)));

        assertThat(row.recoveredSeconds()).isInfinite();
        assertThat(row.line()).isEqualTo("| x | 3.0 | 100 | 100 | 0 | 0 | - | 50.0 |");
    }
}

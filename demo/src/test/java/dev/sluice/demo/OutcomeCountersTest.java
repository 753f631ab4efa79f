package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.OutcomeCounters.Counts;
import dev.sluice.demo.OutcomeCounters.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutcomeCountersTest {
    private static final long BEGAN_NANOS = -5_000;

    private final AtomicLong nowNanos = new AtomicLong(BEGAN_NANOS);
    private final OutcomeCounters counters = new OutcomeCounters(nowNanos::get, BEGAN_NANOS);

    private void countAt(long millis, Outcome... outcomes) {
        nowNanos.set(BEGAN_NANOS + TimeUnit.MILLISECONDS.toNanos(millis));
        for (Outcome outcome : outcomes) {
            counters.count(outcome);
        }
    }

    @Test
    void outcome_countsInItsOwnSecond_howeverLateTheDisplayIs() {
        countAt(0, Outcome.OFFERED, Outcome.ADMITTED);
        countAt(999, Outcome.OFFERED, Outcome.REJECTED);
        countAt(1_000, Outcome.OFFERED, Outcome.FAILED);

        assertThat(counters.take(0)).isEqualTo(new Counts(2, 1, 1, 0));
        assertThat(counters.take(1)).isEqualTo(new Counts(1, 0, 0, 1));
        assertThat(counters.take(2)).isEqualTo(Counts.NONE);
    }

    @Test
    void longRun_keepsSecondsApart() {
        for (int second = 0; second < 100; second++) {
            countAt(second * 1_000L + 500, Outcome.ADMITTED);

            assertThat(counters.take(second)).isEqualTo(new Counts(0, 1, 0, 0));
        }
    }
}

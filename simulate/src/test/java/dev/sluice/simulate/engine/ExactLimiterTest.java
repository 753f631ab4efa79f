package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExactLimiterTest {
    private static final long SLOT_NANOS = Limit.SECOND_NANOS;
    private static final long MINUTE_NANOS = 60 * Limit.SECOND_NANOS;

    /** What a limit of 60 a minute admits of 100 requests at the start and then 2 a second, in slots of a second. */
    private static double[] admitted(MeterAlgorithm meter, int slots) {
        LimitRate rate = LimitRate.of(60, MINUTE_NANOS, meter);
        ExactLimiter exact = new ExactLimiter(new OperationRateLimit(rate, OnExceed.REJECT), SLOT_NANOS);
        return IntStream.range(0, slots)
                .mapToDouble(slot -> exact.admit(slot, slot == 0 ? 100 : 2, 1))
                .toArray();
    }

    @Test
    void window_isFullForAPeriod() {
        double[] admitted = admitted(MeterAlgorithm.WINDOW, 121);

        assertThat(admitted[0]).isEqualTo(60);
        assertThat(IntStream.range(1, 60).mapToDouble(slot -> admitted[slot]).sum())
                .isZero();
        assertThat(IntStream.range(60, 120).mapToDouble(slot -> admitted[slot]).sum())
                .isEqualTo(60);
        assertThat(admitted[120]).isEqualTo(2);
    }

    @Test
    void fixedWindow_beginsAnewAtItsEdge() {
        double[] admitted = admitted(MeterAlgorithm.FIXED, 62);

        assertThat(admitted[0]).isEqualTo(60);
        assertThat(admitted[59]).isZero();
        assertThat(admitted[60]).isEqualTo(2);
    }

    @Test
    void bucket_isSpentAtOnce_thenAdmitsWhatFlowsIn() {
        double[] admitted = admitted(MeterAlgorithm.BUCKET, 3);

        assertThat(admitted).containsExactly(60, 1, 1);
    }
}

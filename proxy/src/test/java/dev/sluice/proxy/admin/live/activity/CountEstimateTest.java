package dev.sluice.proxy.admin.live.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Counts that come from time to time become growth in each second. */
class CountEstimateTest {
    private static final long SECOND = 1_000_000_000L;

    private final CountEstimate estimate = new CountEstimate();

    @Test
    void countOfThisMoment_isExact() {
        estimate.advance(100, 0, 0);

        assertThat(estimate.advance(107, SECOND, SECOND)).isEqualTo(7);
        assertThat(estimate.advance(107, 2 * SECOND, 2 * SECOND)).isZero();
        assertThat(estimate.advance(150, 3 * SECOND, 3 * SECOND)).isEqualTo(43);
    }

    @Test
    void firstCount_isNoGrowth_norIsOneThatBeganAnew() {
        assertThat(estimate.advance(1_000, 0, 0)).isZero();
        assertThat(estimate.advance(5, SECOND, SECOND)).isZero();
        assertThat(estimate.advance(8, 2 * SECOND, 2 * SECOND)).isEqualTo(3);
    }

    @Test
    void steadyCount_thatComesALittleSlowerThanTicks_isSteady_andAddsUp() {
        Random random = new Random(7);
        long receivedNanos = 0;
        long count = 0;
        double sum = 0;
        long nextNanos = 0;
        for (int tick = 0; tick < 300; tick++) {
            long nowNanos = tick * SECOND;
            while (nextNanos <= nowNanos) {
                receivedNanos = nextNanos;
                count = 100 * receivedNanos / SECOND;
                nextNanos += SECOND + random.nextInt(100_000_000);
            }
            double growth = estimate.advance(count, receivedNanos, nowNanos);
            sum += growth;
            if (tick > 3) {
                assertThat(growth).as("tick %d", tick).isCloseTo(100, within(5.0));
            }
        }
        assertThat(sum).isCloseTo(100 * 299, within(250.0));
    }

    @Test
    void countThatStops_isNotGuessedForLong() {
        estimate.advance(0, 0, 0);
        estimate.advance(100, SECOND, SECOND);
        double guessed = 0;
        for (int tick = 2; tick < 60; tick++) {
            guessed += estimate.advance(100, SECOND, tick * SECOND);
        }

        assertThat(guessed).isLessThanOrEqualTo(150);
        assertThat(estimate.advance(250, 60 * SECOND, 60 * SECOND))
                .as("adds up")
                .isEqualTo(150 - guessed);
    }

    @Test
    void twoCounts_thatAStalledLinkBringsAtOnce_areNoPeak() {
        estimate.advance(0, 0, 0);
        estimate.advance(100, SECOND, SECOND);
        estimate.advance(200, 3 * SECOND - 1_000_000, 3 * SECOND);

        double growth = estimate.advance(300, 3 * SECOND + 1_000_000, 4 * SECOND);

        assertThat(growth).isBetween(100.0, 250.0);
        assertThat(estimate.advance(400, 4 * SECOND + 500_000_000, 5 * SECOND)).isPositive();
    }
}

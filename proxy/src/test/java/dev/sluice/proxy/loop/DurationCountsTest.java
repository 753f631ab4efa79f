package dev.sluice.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Durations are counted in classes, and quantiles follow from these. */
class DurationCountsTest {
    private static final long MICRO = 1_000L;
    private static final long SECOND = 1_000_000_000L;

    private final DurationCounts counts = new DurationCounts();

    private DurationSums sums() {
        return DurationSums.of(List.of(counts));
    }

    @Test
    void duration_isCountedInTheClassOfItsBound() {
        counts.add(-5);
        counts.add(100 * MICRO);
        counts.add(100 * MICRO + 1);
        counts.add(60 * SECOND);
        counts.add(61 * SECOND);

        assertThat(sums().count(0)).isEqualTo(2);
        assertThat(sums().count(1)).isEqualTo(1);
        assertThat(sums().count(DurationCounts.CLASSES - 2)).isEqualTo(1);
        assertThat(sums().count(DurationCounts.CLASSES - 1)).isEqualTo(1);
        assertThat(sums().count()).isEqualTo(5);
        assertThat(sums().sumSeconds()).isCloseTo(121.0002, within(1e-6));
        assertThat(DurationCounts.boundSeconds(0)).isEqualTo(100e-6);
        assertThat(DurationCounts.boundSeconds(DurationCounts.CLASSES - 1)).isInfinite();
    }

    @Test
    void quantile_isSpreadEvenlyInItsClass() {
        for (int i = 0; i < 10; i++) {
            counts.add(150 * MICRO);
        }

        assertThat(sums().quantileSeconds(0.5).orElseThrow()).isCloseTo(175e-6, within(1e-9));
        assertThat(sums().quantileSeconds(0.99).orElseThrow()).isCloseTo(248.5e-6, within(1e-9));
        counts.add(600 * SECOND);
        assertThat(sums().quantileSeconds(1).orElseThrow())
                .as("beyond the last bound")
                .isCloseTo(60, within(1e-9));
        assertThat(DurationSums.NONE.quantileSeconds(0.5)).isEmpty();
    }

    @Test
    void difference_hasWhatCameSince_andNothingOfACountThatBeganAnew() {
        counts.add(1);
        DurationSums before = sums();
        counts.add(2);
        counts.add(SECOND);

        assertThat(sums().since(before).count()).isEqualTo(2);
        assertThat(before.since(sums()).count()).isZero();
        assertThat(sums().plus(before).count()).isEqualTo(4);
    }
}

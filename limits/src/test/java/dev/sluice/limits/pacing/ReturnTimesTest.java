package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnTimesTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 5_000 * SECOND;

    private final ReturnTimes times = new ReturnTimes(START);

    @Test
    void oneRequest_returnsWhenThereIsRoom() {
        assertThat(times.next(3_600 * SECOND, SECOND, 0, START)).isEqualTo(3_600 * SECOND);
    }

    @Test
    void spread_isAPartOfAShortWait_andASecondOfALongOne() {
        assertThat(times.next(SECOND / 1_000, 0, 0.999, START)).isBetween(SECOND / 1_000, SECOND / 1_000 * 5 / 4);
        assertThat(times.next(86_400 * SECOND, 0, 0.999, START)).isBetween(86_400 * SECOND, 86_401 * SECOND);
    }

    @Test
    void requestsThatAreRefusedTogether_returnOneAfterTheOther() {
        for (int i = 0; i < 30; i++) {
            assertThat(times.next(4 * SECOND, SECOND / 10, 0, START)).isEqualTo(4 * SECOND + i * SECOND / 10);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4, 3_600})
    void placesEnd_asFarAfterTheWaitAsItIsLong_andAfterAFewSeconds(long seconds) {
        SplittableRandom random = new SplittableRandom(1);
        long longest = 0;
        int early = 0;
        long most = Math.min(seconds, 4) * SECOND;
        for (int i = 0; i < 10_000; i++) {
            long later = times.next(seconds * SECOND, SECOND / 10, random.nextDouble(), START) - seconds * SECOND;
            longest = Math.max(longest, later);
            early += later < most / 2 ? 1 : 0;
        }

        assertThat(longest).isBetween(most * 9 / 10, most * 5 / 4);
        assertThat(early).isBetween(4_000, 6_000);
    }

    @Test
    void placesOfAVeryShortWait_reachFurther_thenOnlyAsFarAsTheWait() {
        long wait = SECOND / 100;
        long longest = 0;
        for (int i = 0; i < 76; i++) {
            longest = Math.max(longest, times.next(wait, SECOND / 100, 0, START));
        }
        assertThat(longest).isEqualTo(SECOND * 3 / 4 + wait);

        assertThat(times.next(wait, SECOND / 100, 0.999, START)).isBetween(wait, 2 * wait);
    }

    @Test
    void placesInThePast_areFree() {
        for (int i = 0; i < 40; i++) {
            times.next(SECOND, SECOND / 10, 0, START);
        }

        assertThat(times.next(SECOND, SECOND / 10, 0, START + 6 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void placesOfALongerWait_makeAShorterOneNoLonger() {
        times.next(3_600 * SECOND, SECOND / 10, 0, START);

        assertThat(times.next(SECOND, SECOND / 10, 0.999, START)).isBetween(SECOND, 2 * SECOND);
    }
}

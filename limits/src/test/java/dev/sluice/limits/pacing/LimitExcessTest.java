package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitExcessTest {
    private static final long SECOND = 1_000_000_000L;

    private final LimitExcess excess = new LimitExcess(100, 0);

    @Test
    void whatIsUsedBeyondTheLimit_isExcess() {
        assertThat(excess.measure(100, 100, SECOND, false, 0)).isZero();
        assertThat(excess.measure(130, 100, SECOND, false, 1)).isEqualTo(30);
        assertThat(excess.measure(90, 100, SECOND, false, 2)).isZero();
    }

    @Test
    void limitThatIsLowered_isNotExceededByWhatWasAdmittedBefore() {
        assertThat(excess.measure(100, 100, SECOND, false, 0)).isZero();

        assertThat(excess.measure(100, 10, SECOND, false, SECOND)).isZero();
        assertThat(excess.measure(95, 10, SECOND, false, 2 * SECOND)).isZero();
        assertThat(excess.measure(90, 10, SECOND, false, 3 * SECOND)).isZero();
        assertThat(excess.measure(40, 10, SECOND, false, 4 * SECOND)).isZero();
        assertThat(excess.measure(45, 10, SECOND, false, 5 * SECOND))
                .as("admitted since")
                .isEqualTo(5);
    }

    @Test
    void nodeThatStarts_learnsOfThePast_whichIsNoExcess() {
        assertThat(excess.measure(0, 100, SECOND, true, 0)).isZero();
        assertThat(excess.measure(180, 100, SECOND, true, SECOND)).isZero();
        assertThat(excess.measure(180, 100, SECOND, false, SECOND + SECOND / 2)).isZero();
        assertThat(excess.measure(150, 100, SECOND, false, 2 * SECOND)).isZero();

        assertThat(excess.measure(160, 100, SECOND, false, 3 * SECOND)).isEqualTo(10);
    }

    @Test
    void longPeriod_settlesWithinAMinute() {
        long hour = 3_600 * SECOND;
        assertThat(excess.measure(180, 50, hour, false, 0)).isZero();
        assertThat(excess.measure(180, 50, hour, false, 60 * SECOND)).isZero();

        assertThat(excess.measure(190, 50, hour, false, 61 * SECOND)).isEqualTo(10);
    }
}

package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UrgentSpacingTest {
    private static final long MILLI = 1_000_000;

    @Test
    void fewNodes_reportEveryFewMilliseconds() {
        assertThat(UrgentSpacing.nanos(1, 100 * MILLI)).isEqualTo(5 * MILLI);
        assertThat(UrgentSpacing.nanos(2, 100 * MILLI)).isEqualTo(5 * MILLI);
        assertThat(UrgentSpacing.nanos(5, 100 * MILLI)).isEqualTo(10 * MILLI);
    }

    @Test
    void manyNodes_receiveNoMoreThanFewDo() {
        assertThat(UrgentSpacing.nanos(17, 100 * MILLI)).isEqualTo(40 * MILLI);
        assertThat(UrgentSpacing.nanos(64, 100 * MILLI)).isEqualTo(100 * MILLI);
    }

    @Test
    void shortInterval_isNotExceeded() {
        assertThat(UrgentSpacing.nanos(17, 10 * MILLI)).isEqualTo(10 * MILLI);
    }
}

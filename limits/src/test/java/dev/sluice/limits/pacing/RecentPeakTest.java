package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentPeakTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void largestValue_isKeptForAMinute() {
        // The monotonic clock may be below 0.
        long start = -100 * SECOND;
        RecentPeak peak = new RecentPeak();
        assertThat(peak.value(start)).isZero();

        peak.record(0.4, start);
        peak.record(0.9, start + SECOND);
        peak.record(0.2, start + 20 * SECOND);

        assertThat(peak.value(start + 54 * SECOND)).isEqualTo(0.9);
        assertThat(peak.value(start + 60 * SECOND)).isEqualTo(0.2);
        assertThat(peak.value(start + 80 * SECOND)).isZero();
        peak.record(0.1, start + 60 * SECOND);
        assertThat(peak.value(start + 80 * SECOND)).isEqualTo(0.1);
    }
}

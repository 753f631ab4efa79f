package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.pacing.RemoteNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever numbers a peer reports, a limit neither opens nor stays shut. */
class LyingPeerTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 1_000 * SECOND;

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void largestCounts_fillTheMeter_andItIsEmptyTwoPeriodsLater(MeterAlgorithm algorithm) {
        Meter meter = Meter.of(Limit.perSecond(100, algorithm), 0);
        meter.tryCharge(1, START);

        for (int i = 0; i < 1_000; i++) {
            meter.charge(Long.MAX_VALUE, START + i);
            assertThat(meter.tryCharge(1, START + i)).isFalse();
            assertThat(meter.room(START + i)).isLessThan(1);
            assertThat(meter.used(START + i)).isPositive();
        }

        long later = START + 2 * SECOND + SECOND / 50;
        assertThat(meter.used(later)).isZero();
        assertThat(meter.room(later)).isEqualTo(100);
        assertThat(meter.tryCharge(100, later)).isTrue();
        assertThat(meter.tryCharge(1, later)).isFalse();
    }

    @Test
    void slidingWindow_whoseCounterRunsOver_limitsOn() {
        Meter meter = Meter.of(Limit.perSecond(100, MeterAlgorithm.WINDOW), 0);
        long now = START;
        // Each period takes 2^46: after 2^17 of them the counter is beyond 2^63.
        for (int period = 0; period < (1 << 18) + 10; period++) {
            meter.charge(Long.MAX_VALUE, now);
            now += 2 * SECOND;
        }

        for (int i = 0; i < 100; i++) {
            assertThat(meter.tryCharge(1, now)).isTrue();
        }
        assertThat(meter.tryCharge(1, now)).isFalse();
        assertThat(meter.used(now)).isEqualTo(100);
        assertThat(meter.waitNanos(now)).isBetween(1L, 2 * SECOND);
    }

    @Test
    void gauge_ofPeersThatReportTheLargestCounts_isGivenBack() {
        Meter meter = Meter.of(Limit.concurrent(64), 0);
        meter.tryCharge(3, START);
        for (int peer = 0; peer < 1_024; peer++) {
            meter.charge(Limit.AMOUNT_MAX, START);
        }
        assertThat(meter.tryCharge(1, START)).isFalse();
        for (int peer = 0; peer < 1_024; peer++) {
            meter.charge(-Limit.AMOUNT_MAX, START);
        }

        assertThat(meter.used(START)).isEqualTo(3);
    }

    @Test
    void report_chargesAtMostTwiceWhatTheLimitLetsThroughSinceTheLast() {
        RemoteNode peer = new RemoteNode();
        peer.received(START);
        assertThat(peer.chargedMax(Limit.perSecond(100, MeterAlgorithm.WINDOW))).isEqualTo(200);

        peer.received(START + SECOND / 2);

        assertThat(peer.chargedMax(Limit.perSecond(100, MeterAlgorithm.WINDOW))).isEqualTo(300);
        assertThat(peer.chargedMax(Limit.bucket(100, SECOND, 1_000))).isEqualTo(2_100);
        for (long amount : List.of(0L, Limit.AMOUNT_MAX)) {
            assertThat(peer.chargedMax(Limit.perSecond(amount, MeterAlgorithm.WINDOW)))
                    .isBetween(0L, Long.MAX_VALUE / 2);
        }
    }
}

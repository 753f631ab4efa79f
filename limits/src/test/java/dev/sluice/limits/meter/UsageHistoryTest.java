package dev.sluice.limits.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UsageHistoryTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long MINUTE = 60 * SECOND;
    private static final long START = 1_000 * MINUTE;
    private static final long SLOT = MINUTE / SlidingWindowMeter.SLOTS;

    private static Meter perMinute(long amount, MeterAlgorithm kind) {
        return Meter.of(Limit.rate(amount, MINUTE, kind), 0);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void newMeter_holdsWhatTheOldOneHeld(MeterAlgorithm kind) {
        Meter old = perMinute(100, kind);
        old.charge(30, START + SECOND);
        old.charge(40, START + 8 * SECOND);
        long now = START + 10 * SECOND;
        Meter fresh = perMinute(100, kind);

        fresh.restore(old.history(now), now);

        assertThat(fresh.used(now)).isEqualTo(old.used(now));
        assertThat(fresh.used(now + 20 * SECOND)).isEqualTo(old.used(now + 20 * SECOND));
        assertThat(fresh.used(now + 2 * MINUTE)).isZero();
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void severalHistories_countAsTheMostOfThem_andOnce(MeterAlgorithm kind) {
        Meter one = perMinute(100, kind);
        one.charge(30, START);
        Meter two = perMinute(100, kind);
        two.charge(50, START);
        Meter fresh = perMinute(100, kind);
        fresh.charge(10, START);

        fresh.restore(one.history(START), START);
        fresh.restore(two.history(START), START);
        fresh.restore(two.history(START), START);
        fresh.restore(one.history(START), START);

        assertThat(fresh.used(START)).isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void history_leavesRoomForTheRest(MeterAlgorithm kind) {
        Meter old = perMinute(100, kind);
        old.charge(60, START);
        Meter fresh = perMinute(100, kind);

        fresh.restore(old.history(START), START);

        int admitted = 0;
        for (int i = 0; i < 200; i++) {
            admitted += fresh.tryCharge(1, START) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(40);
    }

    @RepeatedTest(200)
    void windowWithOtherSlots_forgetsNothingTooSoon_andAtMostTwoSlotsLate() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long clocksApart = random.nextLong(1_000 * MINUTE) - 500 * MINUTE;
        Meter old = perMinute(1_000_000, MeterAlgorithm.WINDOW);
        List<long[]> charges = new ArrayList<>();
        long now = START;
        for (int i = 0; i < 200; i++) {
            now += random.nextLong(MINUTE / 100);
            long amount = random.nextInt(20);
            old.charge(amount, now);
            charges.add(new long[] {now, amount});
        }
        long restart = now + random.nextLong(MINUTE / 2);
        Meter fresh = perMinute(1_000_000, MeterAlgorithm.WINDOW);

        // From a peer, and once more through a file that was written a while ago.
        UsageHistory history = old.history(restart);
        fresh.restore(old.history(now).olderBy(restart - now), restart + clocksApart);
        fresh.restore(history, restart + clocksApart);

        for (long later = restart; later < restart + 2 * MINUTE; later += MINUTE / 37) {
            long used = fresh.used(later + clocksApart);
            assertThat(used).as("seed %d", seed).isGreaterThanOrEqualTo(usedSince(charges, later - MINUTE));
            assertThat(used).as("seed %d", seed).isLessThanOrEqualTo(usedSince(charges, later - MINUTE - 3 * SLOT));
        }
    }

    private static long usedSince(List<long[]> charges, long nanos) {
        return charges.stream()
                .filter(charge -> charge[0] > nanos)
                .mapToLong(charge -> charge[1])
                .sum();
    }

    @Test
    void usesOfBothSidesOfARestart_areMerged() {
        Meter peer = perMinute(1_000, MeterAlgorithm.WINDOW);
        peer.charge(100, START);
        peer.charge(20, START + 30 * SECOND);
        Meter fresh = perMinute(1_000, MeterAlgorithm.WINDOW);
        // The peer knows of these, and of 5 more.
        fresh.charge(15, START + 30 * SECOND);

        fresh.restore(peer.history(START + 31 * SECOND), START + 31 * SECOND);

        assertThat(fresh.used(START + 31 * SECOND)).isEqualTo(120);
        assertThat(fresh.used(START + 62 * SECOND)).isEqualTo(20);
    }

    @Test
    void historyOfAWindow_fillsABucket_lessWhatFlowedInSince() {
        Meter window = perMinute(60, MeterAlgorithm.WINDOW);
        window.charge(60, START);
        Meter bucket = perMinute(60, MeterAlgorithm.BUCKET);
        long now = START + 30 * SECOND;

        bucket.restore(window.history(now), now);

        assertThat(bucket.used(now)).isBetween(30L, 31L);
    }

    @Test
    void historyOfTheFixedPeriodBefore_countsForNothing() {
        Meter old = perMinute(100, MeterAlgorithm.FIXED);
        old.charge(100, START + 59 * SECOND);
        Meter fresh = perMinute(100, MeterAlgorithm.FIXED);

        fresh.restore(old.history(START + 59 * SECOND).olderBy(2 * SECOND), START + 61 * SECOND);

        assertThat(fresh.used(START + 61 * SECOND)).isZero();
    }

    @Test
    void tooMuch_isCutFromItsOldEnd() {
        UsageHistory history = UsageHistory.of(new long[] {1, 2, 3}, new long[] {10, 10, 10});

        assertThat(history.atMost(15)).isEqualTo(UsageHistory.of(new long[] {1, 2}, new long[] {10, 5}));
        assertThat(history.atMost(30)).isEqualTo(history);
        assertThat(history.atMost(0)).isEqualTo(UsageHistory.NONE);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void absurdAgesAndAmounts_doNoHarm(MeterAlgorithm kind) {
        UsageHistory absurd = UsageHistory.of(
                new long[] {0, Long.MAX_VALUE / 2, Long.MAX_VALUE},
                new long[] {Limit.AMOUNT_MAX, Limit.AMOUNT_MAX, Limit.AMOUNT_MAX});
        Meter meter = perMinute(1, kind);

        meter.restore(absurd.atMost(1), -START);
        meter.restore(absurd.olderBy(Long.MAX_VALUE).atMost(1), START);

        assertThat(meter.used(START + 2 * MINUTE)).isZero();
        assertThat(meter.tryCharge(1, START + 2 * MINUTE)).isTrue();
    }

    @Test
    void agesThatDescend_areRefused() {
        assertThatThrownBy(() -> UsageHistory.of(new long[] {2, 1}, new long[] {1, 1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UsageHistory.of(new long[] {-1}, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UsageHistory.of(new long[] {1}, new long[] {-1}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

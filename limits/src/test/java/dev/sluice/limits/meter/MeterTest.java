package dev.sluice.limits.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeterTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 1_000 * SECOND;

    private static int admit(Meter meter, int attempts, long nowNanos) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            if (meter.tryCharge(1, nowNanos)) {
                admitted++;
            }
        }
        return admitted;
    }

    private static Meter meter(long perSecond, MeterAlgorithm kind) {
        return Meter.of(Limit.perSecond(perSecond, kind), 0);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void meter_admitsExactlyTheLimit_atOneMoment(MeterAlgorithm kind) {
        Meter meter = meter(100, kind);

        assertThat(admit(meter, 250, START)).isEqualTo(100);
        assertThat(meter.used(START)).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void remoteUse_isCounted(MeterAlgorithm kind) {
        Meter meter = meter(100, kind);

        meter.charge(70, START);

        assertThat(admit(meter, 250, START)).isEqualTo(30);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void limitOfZero_admitsNothing(MeterAlgorithm kind) {
        Meter meter = meter(0, kind);

        assertThat(admit(meter, 10, START)).isZero();
        assertThat(admit(meter, 10, START + 100 * SECOND)).isZero();
        assertThat(meter.tryCharge(0, START)).isFalse();
        assertThat(meter.waitNanos(START)).isEqualTo(Meter.NEVER);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void refund_makesRoomAgain(MeterAlgorithm kind) {
        Meter meter = meter(10, kind);
        admit(meter, 10, START);

        meter.refund(1, START, START);

        assertThat(admit(meter, 5, START)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = MeterAlgorithm.class,
            names = {"WINDOW", "BUCKET"})
    void tolerance_isRoomAboveTheLimit(MeterAlgorithm kind) {
        Meter meter = meter(10, kind);
        meter.charge(10, START);

        assertThat(meter.tryCharge(1, 0, START)).isFalse();
        assertThat(meter.hasRoom(3, 2, START)).isFalse();
        assertThat(meter.hasRoom(2, 2, START)).isTrue();
        assertThat(meter.tryCharge(2, 2, START)).isTrue();
        assertThat(meter.tryCharge(1, 2, START)).isFalse();
        assertThat(meter.used(START)).isEqualTo(12);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void costOfZero_takesNothingButNeedsRoom(MeterAlgorithm kind) {
        Meter meter = meter(10, kind);

        assertThat(meter.tryCharge(0, START)).isTrue();
        assertThat(meter.used(START)).isZero();
        meter.charge(1_000, START);

        assertThat(meter.tryCharge(0, START)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void meter_hasRoom_afterTheWaitThatItNamed(MeterAlgorithm kind) {
        Meter meter = meter(50, kind);
        Random random = new Random(7);
        long now = START + 123_456_789;
        for (int i = 0; i < 2_000; i++) {
            now += random.nextInt(10_000_000);
            if (!meter.tryCharge(1, now)) {
                long wait = meter.waitNanos(now);

                assertThat(wait).as("%s at step %d", kind, i).isPositive().isLessThanOrEqualTo(2 * SECOND);
                now += wait;
                assertThat(meter.tryCharge(0, now)).as("%s at step %d", kind, i).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void units_fitAfterTheWaitForThem_andNotBefore(MeterAlgorithm kind) {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            Meter meter = meter(50, kind);
            long now = START + random.nextInt(1_000_000_000);
            for (int i = 0; i < 60; i++) {
                now += random.nextInt(30_000_000);
                meter.tryCharge(1, now);
            }
            long units = 1 + random.nextInt(50);
            long wait = meter.waitNanos(units, now);

            String name = kind + ", " + units + " units, round " + round;
            if (wait > 2) {
                assertThat(meter.hasRoom(units, 0, now + wait - 2)).as(name).isFalse();
            }
            assertThat(meter.hasRoom(units, 0, now + wait)).as(name).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void moreUnitsThanTheLimit_fitWhenItIsUnused(MeterAlgorithm kind) {
        Meter meter = meter(10, kind);
        assertThat(meter.waitNanos(1_000, START)).isZero();

        meter.charge(10, START);

        assertThat(meter.waitNanos(1_000, START))
                .isEqualTo(meter.waitNanos(10, START))
                .isPositive();
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void threads_neverAdmitMoreThanTheLimitTogether(MeterAlgorithm kind) throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 50; round++) {
                Meter meter = meter(1_000, kind);
                CyclicBarrier barrier = new CyclicBarrier(threads);
                AtomicLong admitted = new AtomicLong();
                Future<?>[] done = new Future<?>[threads];
                for (int t = 0; t < threads; t++) {
                    done[t] = pool.submit(() -> {
                        barrier.await();
                        admitted.addAndGet(admit(meter, 600, START));
                        return null;
                    });
                }
                for (Future<?> f : done) {
                    f.get();
                }

                // The window may refuse both of two that race for the last unit; it never admits both.
                assertThat(admitted.get()).isBetween(1_000L - threads, 1_000L);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void window_neverHoldsMoreInAnySlidingSecond() {
        long seed = 42;
        Random random = new Random(seed);
        Meter meter = meter(200, MeterAlgorithm.WINDOW);
        long[] admittedAt = new long[20_000];
        int n = 0;
        long now = START;
        while (n < admittedAt.length) {
            now += random.nextInt(2_000_000);
            if (meter.tryCharge(1, now)) {
                admittedAt[n++] = now;
            }
        }

        for (int i = 200; i < n; i++) {
            assertThat(admittedAt[i] - admittedAt[i - 200])
                    .as("seed %d, admission %d", seed, i)
                    .isGreaterThanOrEqualTo(SECOND - 1);
        }
    }

    @Test
    void refundOfAnEarlierSlot_leavesTheWindowWithIt() {
        Meter meter = meter(10, MeterAlgorithm.WINDOW);
        assertThat(admit(meter, 4, START)).isEqualTo(4);
        long later = START + SECOND / 2;
        assertThat(admit(meter, 3, later)).isEqualTo(3);

        meter.refund(4, START, later + SECOND / 10);

        assertThat(meter.used(later + SECOND / 10)).isEqualTo(3);
        assertThat(meter.used(START + SECOND + SECOND / 10)).isEqualTo(3);
        assertThat(meter.used(later + SECOND + SECOND / 10)).isZero();
        assertThat(admit(meter, 20, later + SECOND + SECOND / 10)).isEqualTo(10);
    }

    @Test
    void window_usesTheLimitUp_underOverload() {
        Meter meter = meter(200, MeterAlgorithm.WINDOW);
        int admitted = 0;
        for (long now = START; now < START + 20 * SECOND; now += SECOND / 1000) {
            admitted += admit(meter, 1, now);
        }

        assertThat(admitted).isBetween(20 * 200 * 95 / 100, 20 * 200);
    }

    @Test
    void windowOfAMinute_holdsAMinute() {
        Meter meter = Meter.of(Limit.rate(600, 60 * SECOND, MeterAlgorithm.WINDOW), 0);

        assertThat(admit(meter, 1_000, START)).isEqualTo(600);
        assertThat(admit(meter, 1_000, START + 59 * SECOND)).isZero();
        assertThat(admit(meter, 1_000, START + 64 * SECOND)).isEqualTo(600);
    }

    @Test
    void bucket_refillsAtItsRateUpToItsBurst() {
        Meter meter = Meter.of(Limit.bucket(100, SECOND, 20), 0);
        assertThat(admit(meter, 100, START)).isEqualTo(20);

        assertThat(admit(meter, 100, START + SECOND / 10)).isEqualTo(10);
        assertThat(admit(meter, 100, START + 100 * SECOND)).isEqualTo(20);
    }

    @Test
    void bucket_fallsNoLowerThanOnePeriod() {
        Meter meter = meter(100, MeterAlgorithm.BUCKET);

        meter.charge(1_000_000, START);

        assertThat(meter.tryCharge(1, START + SECOND)).isFalse();
        assertThat(meter.tryCharge(1, START + SECOND + SECOND / 50)).isTrue();
    }

    @Test
    void seed_isClearedAtTheEdgeOfTheWallClockSecond() {
        long offset = 300_000_000;
        Meter meter = Meter.of(Limit.perSecond(10, MeterAlgorithm.SEED), offset);
        long edge = START + SECOND - offset;

        assertThat(admit(meter, 20, edge - 1)).isEqualTo(10);
        assertThat(meter.waitNanos(edge - 1)).isEqualTo(1);
        assertThat(admit(meter, 20, edge)).isEqualTo(10);
    }

    @Test
    void gauge_countsWhatIsInFlightOnAllNodes() {
        Meter meter = Meter.of(Limit.concurrent(3), 0);
        meter.charge(2, START);

        assertThat(admit(meter, 5, START)).isEqualTo(1);
        meter.charge(-2, START + 1);

        assertThat(admit(meter, 5, START + 1)).isEqualTo(2);
        assertThat(admit(meter, 5, START + 1_000 * SECOND)).isZero();
    }

    @Test
    void gauge_staysAtZero_afterAnEndWithoutABegin() {
        Meter meter = Meter.of(Limit.concurrent(3), 0);

        meter.charge(-5, START);

        assertThat(admit(meter, 10, START)).isEqualTo(3);
    }

    @Test
    void windowBeyondItsLimit_keepsASlotUntilItIsOver() {
        Meter meter = meter(100, MeterAlgorithm.WINDOW);
        meter.charge(100, START + 9_000_000);

        int admittedBefore = 0;
        for (int i = 0; i < 20; i++) {
            admittedBefore += meter.tryCharge(1, 5, START + SECOND + 9_900_000) ? 1 : 0;
        }

        assertThat(admittedBefore).isEqualTo(5);
        assertThat(meter.tryCharge(1, 5, START + SECOND + 10_000_000)).isTrue();
    }

    @Test
    void usedUpBucket_staysUsedUp_afterItWasAPartOfItself() {
        Limit whole = Limit.rate(600, 60 * SECOND, MeterAlgorithm.BUCKET);
        Meter meter = Meter.of(whole, 0);
        assertThat(meter.tryCharge(600, START)).isTrue();

        meter.adopt(whole.part(1.0 / 3), START);
        meter.adopt(whole.part(2.0 / 3), START + SECOND);
        meter.adopt(whole, START + 2 * SECOND);

        // What flowed in: a third, then two thirds of the rate.
        assertThat(meter.room(START + 2 * SECOND)).isBetween(9.0, 11.0);
    }

    @Test
    void bucketThatFilledUpAgain_isFull_whateverWasTakenOfALargerOne() {
        Meter meter = Meter.of(Limit.rate(600, 60 * SECOND, MeterAlgorithm.BUCKET), 0);
        assertThat(meter.tryCharge(600, START)).isTrue();

        meter.adopt(Limit.rate(10, 60 * SECOND, MeterAlgorithm.BUCKET), START);

        assertThat(meter.room(START + 120 * SECOND)).isEqualTo(10);
        meter.adopt(Limit.rate(600, 60 * SECOND, MeterAlgorithm.BUCKET), START + 120 * SECOND);
        assertThat(meter.room(START + 120 * SECOND)).isEqualTo(600);
    }
}

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
    void admits_exactly_the_limit_at_one_moment(MeterAlgorithm kind) {
        Meter meter = meter(100, kind);

        assertThat(admit(meter, 250, START)).isEqualTo(100);
        assertThat(meter.used(START)).isEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void counts_what_others_admitted(MeterAlgorithm kind) {
        Meter meter = meter(100, kind);

        meter.charge(70, START);

        assertThat(admit(meter, 250, START)).isEqualTo(30);
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void zero_admits_nothing_ever(MeterAlgorithm kind) {
        Meter meter = meter(0, kind);

        assertThat(admit(meter, 10, START)).isZero();
        assertThat(admit(meter, 10, START + 100 * SECOND)).isZero();
        assertThat(meter.tryCharge(0, START)).isFalse();
        assertThat(meter.waitNanos(START)).isPositive();
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void refund_makes_room_again(MeterAlgorithm kind) {
        Meter meter = meter(10, kind);
        admit(meter, 10, START);

        meter.refund(1, START, START);

        assertThat(admit(meter, 5, START)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = MeterAlgorithm.class,
            names = {"WINDOW", "BUCKET"})
    void tolerance_is_room_above_the_limit(MeterAlgorithm kind) {
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
    void gate_takes_nothing_but_needs_room(MeterAlgorithm kind) {
        Meter meter = meter(10, kind);

        assertThat(meter.tryCharge(0, START)).isTrue();
        assertThat(meter.used(START)).isZero();
        meter.charge(1_000, START);

        assertThat(meter.tryCharge(0, START)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(MeterAlgorithm.class)
    void has_room_after_the_wait_that_it_named(MeterAlgorithm kind) {
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
    void threads_never_admit_more_than_the_limit_together(MeterAlgorithm kind) throws Exception {
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
    void window_never_holds_more_in_any_sliding_second() {
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
    void window_refund_of_an_earlier_slot_leaves_the_window_with_it() {
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
    void window_uses_the_limit_up_under_overload() {
        Meter meter = meter(200, MeterAlgorithm.WINDOW);
        int admitted = 0;
        for (long now = START; now < START + 20 * SECOND; now += SECOND / 1000) {
            admitted += admit(meter, 1, now);
        }

        assertThat(admitted).isBetween(20 * 200 * 95 / 100, 20 * 200);
    }

    @Test
    void window_of_a_minute_holds_a_minute() {
        Meter meter = Meter.of(Limit.rate(600, 60 * SECOND, MeterAlgorithm.WINDOW), 0);

        assertThat(admit(meter, 1_000, START)).isEqualTo(600);
        assertThat(admit(meter, 1_000, START + 59 * SECOND)).isZero();
        assertThat(admit(meter, 1_000, START + 64 * SECOND)).isEqualTo(600);
    }

    @Test
    void bucket_refills_at_its_rate_up_to_its_burst() {
        Meter meter = Meter.of(Limit.bucket(100, SECOND, 20), 0);
        assertThat(admit(meter, 100, START)).isEqualTo(20);

        assertThat(admit(meter, 100, START + SECOND / 10)).isEqualTo(10);
        assertThat(admit(meter, 100, START + 100 * SECOND)).isEqualTo(20);
    }

    @Test
    void bucket_debt_is_bounded() {
        Meter meter = meter(100, MeterAlgorithm.BUCKET);

        meter.charge(1_000_000, START);

        assertThat(meter.tryCharge(1, START + SECOND)).isFalse();
        assertThat(meter.tryCharge(1, START + SECOND + SECOND / 50)).isTrue();
    }

    @Test
    void seed_clears_at_the_edge_of_the_wall_clock_second() {
        long offset = 300_000_000;
        Meter meter = Meter.of(Limit.perSecond(10, MeterAlgorithm.SEED), offset);
        long edge = START + SECOND - offset;

        assertThat(admit(meter, 20, edge - 1)).isEqualTo(10);
        assertThat(meter.waitNanos(edge - 1)).isEqualTo(1);
        assertThat(admit(meter, 20, edge)).isEqualTo(10);
    }

    @Test
    void gauge_counts_what_is_in_flight_anywhere() {
        Meter meter = Meter.of(Limit.concurrent(3), 0);
        meter.charge(2, START);

        assertThat(admit(meter, 5, START)).isEqualTo(1);
        meter.charge(-2, START + 1);

        assertThat(admit(meter, 5, START + 1)).isEqualTo(2);
        assertThat(admit(meter, 5, START + 1_000 * SECOND)).isZero();
    }

    @Test
    void gauge_is_not_fooled_by_an_end_without_a_begin() {
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
}

package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A caller that is refused waits the time in the answer while nobody else takes tokens, and gets all it asked for. What others
 * took before is known at its node; where they stopped at that moment and their last reports are still to come, it mostly does.
 */
class TokenWaitTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long DAY = 86_400 * SECOND;
    private static final long[] PERIODS = {SECOND, 60 * SECOND, 3_600 * SECOND, DAY};
    private static final MeterAlgorithm[] ALGORITHMS = {
        MeterAlgorithm.BUCKET, MeterAlgorithm.FIXED, MeterAlgorithm.WINDOW
    };
    private static final long SEED = Long.getLong("sluice.tokens.seed", 20_261_128L);
    private static final int CASES = Integer.getInteger("sluice.tokens.cases", 1_000);
    private static final double AMOUNT_MAX = 1e5;
    private static final int NODES_MAX = 5;
    private static final double UNREPORTED_PART_MIN = 0.99;

    @Test
    void callerThatWaits_alone_isLetThrough() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        Map<String, Integer> played = new TreeMap<>();
        StringBuilder missed = new StringBuilder();
        StringBuilder missedUnreported = new StringBuilder();
        int refused = 0;
        int unreported = 0;
        int letThrough = 0;
        while (refused < CASES) {
            Case drawn = new Case(seeds.nextLong());
            long waitNanos = drawn.play();
            if (waitNanos == 0) {
                continue;
            }
            refused++;
            played.merge(drawn.kind(), 1, Integer::sum);
            long again = drawn.takeAfter(waitNanos);
            unreported += drawn.pauseNanos == 0 ? 1 : 0;
            letThrough += drawn.pauseNanos == 0 && again == 0 ? 1 : 0;
            if (again != 0) {
                (drawn.pauseNanos == 0 ? missedUnreported : missed)
                        .append(String.format(
                                Locale.ROOT, "%s: wait %.6f s, then %.6f s%n", drawn, waitNanos * 1e-9, again * 1e-9));
            }
        }

        assertThat(missed).as("seed %d, refused again", SEED).isEmpty();
        assertThat(letThrough)
                .as("seed %d, of %d while reports were to come:%n%s", SEED, unreported, missedUnreported)
                .isGreaterThanOrEqualTo((int) Math.ceil(UNREPORTED_PART_MIN * unreported));
        assertThat(played).as("kinds of cases").hasSize(ALGORITHMS.length * PERIODS.length * 2);
    }

    /** A quota, a cluster, others that take tokens until some moment, and a caller that is refused after that. */
    private static final class Case {
        private final long seed;
        private final OperationRateLimit limit;
        private final ReportingCluster cluster;
        private final SplittableRandom random;
        private final double load;
        private final long pauseNanos;
        private final int node;
        private final long cost;

        Case(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            MeterAlgorithm meter = ALGORITHMS[random.nextInt(ALGORITHMS.length)];
            long periodNanos = PERIODS[random.nextInt(PERIODS.length)];
            long amount = Math.round(Math.pow(AMOUNT_MAX, random.nextDouble()));
            long burst = Math.max(1, (long) (amount * (0.1 + 2 * random.nextDouble())));
            RateAlgorithm algorithm = RateAlgorithm.of(meter, burst);
            limit = new OperationRateLimit(LimitRate.of(amount, periodNanos, algorithm), OnExceed.REJECT);
            int size = random.nextInt(4) == 0 ? 1 : 2 + random.nextInt(NODES_MAX - 1);
            long start = DAY + random.nextLong(DAY);
            cluster = new ReportingCluster(
                    size, limit, Dimension.TOKENS, random.nextLong(DAY), 2 * SECOND, start, random.split());
            cluster.runTo(start + SECOND);
            load = random.nextInt(3) == 0 ? 0 : 10 * random.nextDouble();
            pauseNanos = random.nextBoolean() ? 0 : SECOND + random.nextLong(3 * SECOND);
            node = random.nextInt(size);
            cost = 1 + random.nextLong(random.nextBoolean() ? Math.min(10, limit.capacity()) : limit.capacity());
        }

        String kind() {
            return limit.meterKey() + " " + limit.periodNanos() / SECOND + " s, "
                    + (cluster.size() == 1 ? "one node" : "several");
        }

        /** Until the caller is refused; returns the told time, 0: it never is. */
        long play() {
            use();
            cluster.runTo(cluster.now() + pauseNanos);
            for (int i = 0; i < 2_000; i++) {
                long waitNanos = cluster.take(node, cost);
                if (waitNanos != 0) {
                    return waitNanos;
                }
                cluster.runTo(cluster.now() + random.nextLong(Math.min(10_000_000, limit.periodNanos() / 400)));
            }
            return 0;
        }

        private void use() {
            double seconds = Math.min(2, 0.5e-9 * limit.periodNanos());
            double tokens = load * limit.capacity() * Math.min(1, seconds);
            int calls = (int) Math.min(tokens, 400);
            long most = Math.max(1, (long) (2 * tokens / Math.max(1, calls)));
            for (int i = 0; i < calls; i++) {
                cluster.runTo(cluster.now() + (long) (seconds * SECOND / calls));
                cluster.take(random.nextInt(cluster.size()), Math.min(1 + random.nextLong(most), limit.capacity()));
            }
        }

        /** What the caller is told when it returns; 0: it is let through. */
        long takeAfter(long waitNanos) {
            cluster.runTo(cluster.now() + waitNanos);
            return cluster.take(node, cost);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "seed %d: %d of %s %s capacity %d, %d nodes, load %.2f, pause %.3f s",
                    seed,
                    cost,
                    limit.text(),
                    limit.meterKey(),
                    limit.capacity(),
                    cluster.size(),
                    load,
                    pauseNanos * 1e-9);
        }
    }

    @ParameterizedTest
    @CsvSource({"BUCKET,120,60", "WINDOW,120,60", "FIXED,120,60", "BUCKET,300,1", "WINDOW,300,1", "FIXED,300,1"})
    void idleCluster_letsAnyNodeTakeAll_inOneCall_orOneByOne(MeterAlgorithm meter, long amount, long seconds) {
        Limit limit = Limit.rate(amount, seconds * SECOND, meter);
        for (int node = 0; node < 3; node++) {
            ReportingCluster atOnce = idle(limit);
            assertThat(atOnce.take(node, amount))
                    .as("all of %s at node %d", limit.text(), node)
                    .isZero();
            assertThat(atOnce.take(node, 1)).isPositive();

            ReportingCluster oneByOne = idle(limit);
            for (int i = 0; i < amount; i++) {
                assertThat(oneByOne.take(node, 1))
                        .as("token %d at node %d", i, node)
                        .isZero();
                oneByOne.runTo(oneByOne.now() + 100_000);
            }
        }
    }

    @Test
    void usedUpBucket_goesOnAtItsRate_atTheNodeThatUsedIt() {
        ReportingCluster cluster = idle(Limit.rate(120, 60 * SECOND, MeterAlgorithm.BUCKET));
        assertThat(cluster.take(1, 120)).isZero();
        int taken = 0;
        for (int i = 0; i < 600; i++) {
            cluster.runTo(cluster.now() + 50_000_000);
            taken += cluster.take(1, 1) == 0 ? 1 : 0;
        }

        assertThat(taken).isBetween(58, 60);
    }

    @Test
    void moreThanTheCapacity_neverPasses_andIsNoDemand() {
        ReportingCluster cluster = idle(Limit.rate(120, 60 * SECOND, MeterAlgorithm.WINDOW));

        assertThat(cluster.take(0, 121)).isEqualTo(Meter.NEVER);
        cluster.runTo(cluster.now() + SECOND);

        assertThat(cluster.take(1, 120)).isZero();
    }

    private static ReportingCluster idle(Limit limit) {
        long start = 2 * DAY + 30 * SECOND + SECOND / 3;
        ReportingCluster cluster =
                new ReportingCluster(3, limit, Dimension.TOKENS, 0, SECOND, start, new SplittableRandom(1));
        cluster.runTo(start + SECOND / 3);
        return cluster;
    }
}

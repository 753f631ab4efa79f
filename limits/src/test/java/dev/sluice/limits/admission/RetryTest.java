package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.model.SubjectIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that was refused returns after the time in its verdict, and passes. */
class RetryTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long DAY = 86_400 * SECOND;
    private static final long SEED = Long.getLong("sluice.retry.seed", 20_261_128L);
    /** 10,000 take half a minute. */
    private static final int CASES = Integer.getInteger("sluice.retry.cases", 2_000);

    private static final int BYTE_CASES = 100;
    /** Of some, small bodies pay within milliseconds for those that came before: a third try comes a moment later. */
    private static final double PASS_MIN_OF_BYTES = 0.98;

    private static final int TRIES = 2;
    private static final double PASS_MIN = 0.99;
    private static final long LATE_NANOS_MAX = 10 * SECOND;

    @Test
    void clientThatHonoursRetryAfter_passesAtItsFirstOrSecondTry() {
        SplittableRandom seeds = new SplittableRandom(SEED);
        Map<String, int[]> tries = new TreeMap<>();
        StringBuilder missed = new StringBuilder();
        StringBuilder late = new StringBuilder();
        int passed = 0;
        for (int played = 0; played < CASES; ) {
            RetryCase drawn = new RetryCase(seeds.nextLong());
            RetryOutcome outcome = drawn.play();
            if (outcome.retryAfterNanos() == 0) {
                continue;
            }
            played++;
            tries.computeIfAbsent(drawn.kind(), kind -> new int[RetryCase.TRIES_MAX + 2])[outcome.tries()]++;
            if (outcome.tries() <= TRIES) {
                passed++;
            } else {
                missed.append(drawn).append(": ").append(outcome).append('\n');
            }
            // Where others' admissions don't count, what all admitted says nothing about the wait.
            long tolerance = Math.max(LATE_NANOS_MAX, outcome.waitNanos() / 10);
            if (drawn.sharing() == Sharing.PACED && outcome.retryAfterNanos() > outcome.waitNanos() + tolerance) {
                late.append(drawn).append(": ").append(outcome).append('\n');
            }
        }

        StringBuilder table = new StringBuilder();
        tries.forEach((kind, row) ->
                table.append(kind).append(' ').append(Arrays.toString(row)).append('\n'));
        if (Boolean.getBoolean("sluice.retry.print")) {
            System.out.printf("%sof %d, %d passed%n%s%s", table, CASES, passed, missed, late);
        }
        assertThat(late).as("times too long; seed %d", SEED).isEmpty();
        assertThat(passed)
                .as("seed %d, by number of tries:%n%s%s", SEED, table, missed)
                .isGreaterThanOrEqualTo((int) Math.ceil(PASS_MIN * CASES));
    }

    @ParameterizedTest
    @EnumSource(value = MeterAlgorithm.class, names = "SEED", mode = EnumSource.Mode.EXCLUDE)
    void clientOfAnotherNode_passesAtItsFirstTry_becauseRoomIsDemandedForItsReturn(MeterAlgorithm meter) {
        Limit limit = Limit.rate(3, 3_600 * SECOND, meter);
        ReportingCluster cluster = new ReportingCluster(4, limit, 0, SECOND, 7_300 * SECOND, new SplittableRandom(1));
        int admitted = 0;
        for (int second = 0; second < 20; second++) {
            cluster.runTo(cluster.now() + SECOND);
            admitted += cluster.ask(0, 1) == 0 ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(3);

        long retryAfter = cluster.ask(1, 1);
        assertThat(retryAfter).isGreaterThan(1_000 * SECOND);
        cluster.runTo(cluster.now() + retryAfter);

        assertThat(cluster.ask(1, 1)).isZero();
    }

    @Test
    void clientOfAByteLimit_passesAtItsFirstOrSecondTry() {
        SplittableRandom random = new SplittableRandom(SEED);
        StringBuilder missed = new StringBuilder();
        int refused = 0;
        int passed = 0;
        for (int i = 0; i < BYTE_CASES; i++) {
            long perSecond = Math.round(1e5 * Math.pow(1e4, random.nextDouble()));
            long seconds = random.nextBoolean() ? 1 : 60;
            MeterAlgorithm meter = MeterAlgorithm.values()[random.nextInt(3)];
            Limit limit = ByteRateLimit.of(LimitRate.of(perSecond * seconds, seconds * SECOND, meter));
            ReportingCluster cluster =
                    new ReportingCluster(1 + random.nextInt(8), limit, 0, 2 * SECOND, 2 * DAY, random.split());
            int node = random.nextInt(cluster.size());
            long retryAfter = askForObjects(cluster, node, Math.max(1_000, perSecond / 200), random);
            if (retryAfter == 0) {
                continue;
            }
            refused++;
            int tries = 0;
            for (long wait = retryAfter; wait > 0 && tries < RetryCase.TRIES_MAX; tries++) {
                cluster.runTo(cluster.now() + wait);
                wait = cluster.ask(node, 1_000);
            }
            if (tries <= TRIES && retryAfter <= LATE_NANOS_MAX) {
                passed++;
            } else {
                missed.append(String.format(
                        "%s %s, %d nodes: %d tries, first after %d ms%n",
                        limit.text(), meter, cluster.size(), tries, retryAfter / 1_000_000));
            }
        }

        assertThat(refused).isGreaterThan(BYTE_CASES / 2);
        assertThat(passed)
                .as("seed %d, of %d refused:%n%s", SEED, refused, missed)
                .isGreaterThanOrEqualTo((int) (PASS_MIN_OF_BYTES * refused));
    }

    /** Clients get objects from some of the nodes for three seconds; then one asks a node until it is refused. */
    private static long askForObjects(ReportingCluster cluster, int node, long bytes, SplittableRandom random) {
        int busy = 1 + random.nextInt(cluster.size());
        double perSecond = 200 * (0.5 + 9.5 * random.nextDouble());
        for (int i = 0; i < 3 * perSecond; i++) {
            cluster.runTo(cluster.now() + (long) (SECOND / perSecond));
            cluster.ask(random.nextInt(busy), bytes);
        }
        long retryAfter = 0;
        for (int i = 0; i < 200 && retryAfter == 0; i++) {
            retryAfter = cluster.ask(node, bytes);
        }
        return retryAfter;
    }

    @Test
    void limitOfZero_namesNoTime() {
        List<Limit> limits = new ArrayList<>();
        for (MeterAlgorithm meter : MeterAlgorithm.values()) {
            limits.add(Limit.rate(0, SECOND, meter));
            limits.add(Limit.rate(0, DAY, meter));
        }
        for (Limit limit : limits) {
            for (int nodes = 1; nodes <= 2; nodes++) {
                ReportingCluster cluster =
                        new ReportingCluster(nodes, limit, 0, SECOND, 7_200 * SECOND, new SplittableRandom(1));

                for (int i = 0; i < 3; i++) {
                    assertThat(cluster.ask(0, 1))
                            .as("%s on %d nodes", limit, nodes)
                            .isEqualTo(Meter.NEVER);
                    cluster.runTo(cluster.now() + SECOND);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("limitsOfZero")
    void limitOfZeroOfAnyDimension_refusesForGood(Dimension dimension, Limit limit) {
        Policy policy = new Policy(
                LimitSet.of(dimension, limit),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
        Admission admission = new Admission(new SubjectIds("test"), 10, 0, policy);
        Ticket ticket = new Ticket();

        Verdict verdict = admission.admit(Identity.ofUser("alice"), "", OperationClass.READ, ticket, SECOND);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.isForGood()).isTrue());
    }

    static List<Arguments> limitsOfZero() {
        return List.of(
                Arguments.of(Dimension.READ_OPS, Limit.perSecond(0, MeterAlgorithm.BUCKET)),
                Arguments.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(0)),
                Arguments.of(Dimension.READ_BYTES, Limit.bytesPerSecond(0, MeterAlgorithm.WINDOW)),
                Arguments.of(Dimension.READ_BYTES, Limit.bytesPerSecond(0, MeterAlgorithm.BUCKET)));
    }
}

package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.usage.LimitUsage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What shadow limits count, beside the same limits when they are enforced. */
class ShadowLimitTest {
    private static final long START = 1_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private static LimitSet set(OnExceed onExceed, Map<Dimension, Limit> limits) {
        Map<Dimension, Limit> all = new TreeMap<>();
        limits.forEach((dimension, limit) -> all.put(dimension, limit.with(onExceed)));
        return new LimitSet(all);
    }

    private static Limit perSecond(long amount) {
        return Limit.perSecond(amount, MeterAlgorithm.WINDOW);
    }

    /** Limits of several dimensions at every scope. */
    private static Policy policy(OnExceed user, OnExceed others) {
        Limit bytes = Limit.bytesPerSecond(40_000, MeterAlgorithm.WINDOW).with(ByteEnforcement.DEFER);
        return new Policy(
                set(
                        user,
                        Map.of(
                                Dimension.READ_OPS, perSecond(30),
                                Dimension.LIST_OPS, perSecond(5),
                                Dimension.WRITE_OPS, Limit.bucket(600, 60 * SECOND, 20),
                                Dimension.READ_BYTES, bytes,
                                Dimension.CONCURRENT_REQUESTS, Limit.concurrent(6))),
                set(others, Map.of(Dimension.READ_OPS, perSecond(60), Dimension.DELETE_OPS, perSecond(3))),
                LimitSet.UNLIMITED,
                set(
                        others,
                        Map.of(
                                Dimension.READ_OPS,
                                perSecond(100),
                                Dimension.CONCURRENT_REQUESTS,
                                Limit.concurrent(12))),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Admission admission(Policy policy) {
        return new Admission(new SubjectIds("test"), 100, 0, policy, new PacingSettings(100_000_000, 1));
    }

    /** Half a minute of requests that don't care what becomes of them. */
    private static void play(Admission admission, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Deque<Ticket> running = new ArrayDeque<>();
        long now = START;
        long nextReport = START;
        for (int i = 0; i < 6_000; i++) {
            now += random.nextLong(10_000_000);
            while (nextReport < now) {
                admission.measure(usage -> {}, nextReport);
                nextReport += 100_000_000;
            }
            // each request takes as long as the next twenty take to come, admitted or not
            if (running.size() == 20) {
                running.remove().release(now);
            }
            Ticket ticket = new Ticket();
            Identity user = Identity.ofUser("user" + random.nextInt(4));
            String bucket = "bucket" + random.nextInt(3);
            OperationClass operation = OperationClass.values()[random.nextInt(4)];
            long bytes = random.nextLong(4_000);
            if (admission.admit(user, bucket, operation, ticket, now) instanceof Verdict.Admitted) {
                ticket.commit();
                ticket.download().moved(bytes, now);
            }
            running.add(ticket);
        }
    }

    private record Counts(long admitted, long refused) {}

    private static Map<String, Counts> counts(Admission admission) {
        Map<String, Counts> counts = new TreeMap<>();
        for (LimitUsage row : admission.usage(1_000, START)) {
            counts.put(
                    row.scope() + " " + row.subject() + " " + row.dimension(),
                    new Counts(row.admittedHere(), row.rejectedHere() + row.wouldRejectHere()));
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void severalShadowLimits_countWhatTheyWouldReject(long seed) {
        Admission enforced = admission(policy(OnExceed.REJECT, OnExceed.REJECT));
        Admission shadow = admission(policy(OnExceed.SHADOW, OnExceed.SHADOW));

        play(enforced, seed);
        play(shadow, seed);

        assertThat(counts(shadow)).as("seed " + seed).isEqualTo(counts(enforced));
        assertThat(counts(enforced).values())
                .filteredOn(row -> row.refused() > 0)
                .hasSizeGreaterThan(5);
        assertThat(shadow.usage(1_000, START)).allMatch(row -> row.rejectedHere() == 0);
        long all = 0;
        for (Scope scope : Scope.values()) {
            for (Dimension dimension : Dimension.values()) {
                all += shadow.wouldReject(scope, dimension);
                assertThat(shadow.rejected(scope, dimension)).isZero();
                assertThat(enforced.wouldReject(scope, dimension)).isZero();
                assertThat(shadow.wouldReject(scope, dimension)).isEqualTo(enforced.rejected(scope, dimension));
            }
        }
        assertThat(all).isGreaterThan(5);
    }

    @Test
    void requestThatAnEnforcedLimitRejects_isNoWouldBeRejection() {
        LimitSet shadow = LimitSet.of(Dimension.READ_OPS, perSecond(1).with(OnExceed.SHADOW));
        LimitSet enforced = LimitSet.of(Dimension.READ_OPS, perSecond(2));
        Admission admission = admission(
                new Policy(shadow, enforced, LimitSet.UNLIMITED, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of()));
        Identity alice = Identity.ofUser("alice");

        for (int i = 0; i < 5; i++) {
            Ticket ticket = new Ticket();
            Verdict verdict = admission.admit(alice, "b", OperationClass.READ, ticket, START);
            assertThat(verdict instanceof Verdict.Admitted).isEqualTo(i < 2);
            assertThat(ticket.shadowRejection() != null).isEqualTo(i == 1);
            ticket.commit();
        }

        assertThat(admission.usageOf(Scope.USER, "alice", START).get(0).wouldRejectHere())
                .isEqualTo(1);
        assertThat(admission.usageOf(Scope.BUCKET, "b", START).get(0).rejectedHere())
                .isEqualTo(3);
        assertThat(admission.usageOf(Scope.BUCKET, "b", START).get(0).used()).isEqualTo(2);
    }
}

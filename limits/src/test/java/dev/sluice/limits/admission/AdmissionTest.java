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
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.RemoteNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 5_000 * SECOND;
    private static final Identity ALICE = Identity.ofUser("alice");
    private static final Identity CAROL = Identity.ofUser("acme$carol");

    private final SubjectIds ids = new SubjectIds("test");
    private final Ticket ticket = new Ticket();

    private static Limit rate(long perSecond) {
        return Limit.perSecond(perSecond, MeterAlgorithm.WINDOW);
    }

    private Admission admission(Policy policy) {
        return new Admission(ids, 1_000, 0, policy);
    }

    private static Policy users(String name, LimitSet limits) {
        return policy(Map.of(name, limits), Map.of());
    }

    private static Policy policy(Map<String, LimitSet> users, Map<String, LimitSet> buckets) {
        return new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                users,
                buckets,
                Map.of());
    }

    private static Policy eachUser(LimitSet limits) {
        return new Policy(
                limits, LimitSet.UNLIMITED, LimitSet.UNLIMITED, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of());
    }

    private int admitted(
            Admission admission, Identity identity, String bucket, OperationClass operation, int n, long now) {
        int admitted = 0;
        for (int i = 0; i < n; i++) {
            if (admission.admit(identity, bucket, operation, ticket, now) instanceof Verdict.Admitted) {
                ticket.commit();
                ticket.release(now);
                admitted++;
            }
        }
        return admitted;
    }

    private static Map<SubjectId, long[]> counts(Admission admission) {
        Map<SubjectId, long[]> counts = new HashMap<>();
        admission.forEachSubject(usage -> {
            long[] admitted = new long[Dimension.count()];
            for (int i = 0; i < admitted.length; i++) {
                admitted[i] = usage.admitted(Dimension.at(i));
            }
            counts.put(usage.id(), admitted);
        });
        return counts;
    }

    @Test
    void limitedUser_isAdmittedUpToTheLimit_andOthersAreNot() {
        Admission admission = admission(users("alice", LimitSet.of(Dimension.READ_OPS, rate(10))));

        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 50, START))
                .isEqualTo(10);
        assertThat(admitted(admission, ALICE, "b", OperationClass.WRITE, 50, START))
                .isEqualTo(50);
        assertThat(admitted(admission, Identity.ofUser("bob"), "b", OperationClass.READ, 50, START))
                .isEqualTo(50);
        assertThat(admission.accountCount()).isEqualTo(1);
    }

    @Test
    void rejection_namesLimitSubjectAndWait_andChargesNothing() {
        Admission admission = admission(policy(
                Map.of("alice", LimitSet.of(Dimension.READ_OPS, rate(100))),
                Map.of("logs", LimitSet.of(Dimension.READ_OPS, rate(3)))));
        assertThat(admitted(admission, ALICE, "logs", OperationClass.READ, 20, START))
                .isEqualTo(3);

        Verdict verdict = admission.admit(ALICE, "logs", OperationClass.READ, ticket, START);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.scope()).isEqualTo(Scope.BUCKET);
            assertThat(rejected.subject()).isEqualTo("logs");
            assertThat(rejected.dimension()).isEqualTo(Dimension.READ_OPS);
            assertThat(rejected.retryAfterNanos()).isBetween(SECOND / 2, 2 * SECOND);
        });
        assertThat(admitted(admission, ALICE, "other", OperationClass.READ, 200, START))
                .isEqualTo(97);
        assertThat(admission.rejected(Scope.BUCKET, Dimension.READ_OPS)).isEqualTo(18);
    }

    @Test
    void rejection_namesTheLimitWithTheLongestWait() {
        Admission admission = admission(policy(
                Map.of("alice", LimitSet.of(Dimension.READ_OPS, rate(5))),
                Map.of("logs", LimitSet.of(Dimension.READ_OPS, Limit.rate(5, 60 * SECOND, MeterAlgorithm.WINDOW)))));
        admitted(admission, ALICE, "logs", OperationClass.READ, 5, START);

        Verdict verdict = admission.admit(ALICE, "logs", OperationClass.READ, ticket, START);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Rejected.class, rejected -> {
            assertThat(rejected.scope()).isEqualTo(Scope.BUCKET);
            assertThat(rejected.retryAfterNanos()).isGreaterThan(50 * SECOND);
        });
    }

    @Test
    void listAndDelete_countAsReadAndWrite_withoutALimitOfTheirOwn() {
        Admission own = admission(users(
                "alice",
                new LimitSet(Map.of(
                        Dimension.LIST_OPS, rate(2), Dimension.READ_OPS, rate(5), Dimension.WRITE_OPS, rate(4)))));

        assertThat(admitted(own, ALICE, "b", OperationClass.LIST, 9, START)).isEqualTo(2);
        assertThat(admitted(own, ALICE, "b", OperationClass.READ, 9, START)).isEqualTo(5);
        assertThat(admitted(own, ALICE, "b", OperationClass.DELETE, 3, START)).isEqualTo(3);
        assertThat(admitted(own, ALICE, "b", OperationClass.WRITE, 9, START)).isEqualTo(1);
    }

    @Test
    void anonymousTenantAndTotalLimits_hold() {
        Policy policy = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.of(Dimension.READ_OPS, rate(2)),
                LimitSet.of(Dimension.READ_OPS, rate(10)),
                Map.of(),
                Map.of(),
                Map.of("acme", LimitSet.of(Dimension.READ_OPS, rate(5))));
        Admission admission = admission(policy);

        assertThat(admitted(admission, Identity.ANONYMOUS, "b", OperationClass.READ, 9, START))
                .isEqualTo(2);
        assertThat(admitted(admission, CAROL, "b", OperationClass.READ, 9, START))
                .isEqualTo(5);
        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 9, START))
                .isEqualTo(3);
    }

    @Test
    void shadowLimit_countsAndNeverRejects() {
        Admission admission = admission(users("alice", LimitSet.of(Dimension.READ_OPS, rate(4).with(OnExceed.SHADOW))));

        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 10, START))
                .isEqualTo(10);
        assertThat(admission.usage(10, START)).singleElement().satisfies(usage -> {
            assertThat(usage.wouldRejectHere()).isEqualTo(6);
            assertThat(usage.rejectedHere()).isZero();
            assertThat(usage.used()).isEqualTo(4);
        });
    }

    @Test
    void request_isNeitherChargedNorReported_ifItNeverReachedRgw() {
        Admission admission = admission(users("alice", LimitSet.of(Dimension.READ_OPS, rate(1))));
        for (int i = 0; i < 5; i++) {
            assertThat(admission.admit(ALICE, "b", OperationClass.READ, ticket, START))
                    .isEqualTo(Verdict.ADMITTED);
            ticket.release(START);
        }

        assertThat(counts(admission)).isEmpty();
        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 5, START))
                .isEqualTo(1);
    }

    @Test
    void bytes_areChargedAsTheyFlow_andRejectTheNextRequest() {
        Limit deferring = Limit.bytesPerSecond(1_000, MeterAlgorithm.WINDOW).with(ByteEnforcement.DEFER);
        Admission admission = admission(users("alice", LimitSet.of(Dimension.READ_BYTES, deferring)));
        assertThat(admission.admit(ALICE, "b", OperationClass.READ, ticket, START))
                .isEqualTo(Verdict.ADMITTED);
        ticket.commit();
        ticket.download().moved(4_000, START);
        ticket.upload().moved(9_999, START);

        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 1, START))
                .isZero();
        assertThat(admitted(admission, ALICE, "b", OperationClass.WRITE, 1, START))
                .isEqualTo(1);
        long[] counts = Objects.requireNonNull(counts(admission).get(ids.of(Scope.USER, "alice")));
        assertThat(counts[Dimension.READ_BYTES.ordinal()]).isEqualTo(4_000);
    }

    @Test
    void concurrentRequests_areGivenBackAtTheirEnd() {
        Admission admission =
                admission(users("alice", LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(2))));
        Ticket second = new Ticket();
        Ticket third = new Ticket();
        admission.admit(ALICE, "b", OperationClass.READ, ticket, START);
        ticket.commit();
        admission.admit(ALICE, "b", OperationClass.READ, second, START);
        second.commit();

        assertThat(admission.admit(ALICE, "b", OperationClass.READ, third, START))
                .isInstanceOf(Verdict.Rejected.class);
        ticket.release(START);
        ticket.release(START);

        assertThat(admission.admit(ALICE, "b", OperationClass.READ, third, START))
                .isEqualTo(Verdict.ADMITTED);
        assertThat(admission.usage(1, START).get(0).used()).isEqualTo(2);
    }

    @Test
    void remoteUsage_countsBeforeTheFirstLocalRequest() {
        Admission admission = admission(users("alice", LimitSet.of(Dimension.READ_OPS, rate(10))));

        admission.applyRemote(
                new RemoteNode(), ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 7, 0, START);

        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 50, START))
                .isEqualTo(3);
        assertThat(admission.accountCount()).isEqualTo(1);
    }

    @Test
    void remoteUsage_countsForAnUnnamedUser() {
        Admission admission = admission(eachUser(LimitSet.of(Dimension.READ_OPS, rate(10))));

        admission.applyRemote(
                new RemoteNode(), ids.of(Scope.USER, "dave"), Scope.USER, Dimension.READ_OPS, 7, 0, START);
        admission.applyRemote(
                new RemoteNode(), ids.of(Scope.BUCKET, "b"), Scope.BUCKET, Dimension.READ_OPS, 7, 0, START);

        assertThat(admission.usage(10, START))
                .singleElement()
                .satisfies(usage -> assertThat(usage.subject()).startsWith("id:"));
        assertThat(admitted(admission, Identity.ofUser("dave"), "b", OperationClass.READ, 50, START))
                .isEqualTo(3);
        assertThat(admission.usage(10, START))
                .singleElement()
                .satisfies(usage -> assertThat(usage.subject()).isEqualTo("dave"));
    }

    @Test
    void changedPolicy_reachesAccountsInUse_andDropsThoseWithoutLimits() {
        Admission admission = admission(users("alice", LimitSet.of(Dimension.READ_OPS, rate(10))));
        admitted(admission, ALICE, "b", OperationClass.READ, 10, START);

        admission.policy(users("alice", LimitSet.of(Dimension.READ_OPS, rate(15))), START);
        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 50, START))
                .isEqualTo(5);
        admission.policy(Policy.UNLIMITED, START);

        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 50, START))
                .isEqualTo(50);
        assertThat(admission.accountCount()).isZero();
    }

    @Test
    void accounts_areBounded_andABusyOneIsKept() {
        Admission admission = admission(eachUser(LimitSet.of(Dimension.READ_OPS, rate(10))));
        admitted(admission, ALICE, "b", OperationClass.READ, 10, START);
        for (int i = 0; i < 5_000; i++) {
            admitted(admission, Identity.ofUser("noise" + i), "b", OperationClass.READ, 1, START);
        }

        assertThat(admission.accountCount()).isLessThanOrEqualTo(1_001);
        assertThat(admission.overflowedLookups()).isPositive();
        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 10, START))
                .isZero();
    }

    @Test
    void namedSubject_hasAPlaceInAFullTable() {
        Policy policy = new Policy(
                LimitSet.of(Dimension.READ_OPS, rate(10)),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", LimitSet.of(Dimension.READ_OPS, rate(3))),
                Map.of(),
                Map.of());
        Admission admission = admission(policy);
        for (int i = 0; i < 2_000; i++) {
            admitted(admission, Identity.ofUser("noise" + i), "b", OperationClass.READ, 1, START);
        }

        assertThat(admitted(admission, ALICE, "b", OperationClass.READ, 10, START))
                .isEqualTo(3);
    }

    @Test
    void idleAccounts_areForgotten_andBusyOnesAreNot() {
        Admission admission = admission(eachUser(LimitSet.of(Dimension.READ_OPS, rate(10))));
        admitted(admission, ALICE, "b", OperationClass.READ, 1, START);
        admitted(admission, CAROL, "b", OperationClass.READ, 1, START);
        long later = START + Admission.IDLE_NANOS;
        admitted(admission, CAROL, "b", OperationClass.READ, 1, later);

        admission.forgetIdle(later + 2 * SECOND);

        assertThat(admission.usage(10, later))
                .singleElement()
                .satisfies(usage -> assertThat(usage.subject()).isEqualTo("acme$carol"));
    }

    @Test
    void ids_differByScopeNameAndCluster() {
        SubjectId id = ids.of(Scope.USER, "a");

        assertThat(id).isEqualTo(new SubjectIds("test").of(Scope.USER, "a"));
        assertThat(id).isNotEqualTo(ids.of(Scope.BUCKET, "a"));
        assertThat(id).isNotEqualTo(ids.of(Scope.USER, "b"));
        assertThat(id).isNotEqualTo(new SubjectIds("other").of(Scope.USER, "a"));
    }
}

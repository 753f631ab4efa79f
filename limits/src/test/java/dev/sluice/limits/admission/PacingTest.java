package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.DemandRate;
import dev.sluice.limits.pacing.LoadHistory;
import dev.sluice.limits.pacing.RemoteDemands;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.pacing.Share;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 5_000 * SECOND;
    private static final Identity ALICE = Identity.ofUser("alice");

    private final SubjectIds ids = new SubjectIds("test");
    private final Ticket ticket = new Ticket();

    private Admission admission(Limit limit) {
        return new Admission(ids, 100, 0, policy(limit));
    }

    private static Policy policy(Limit limit) {
        return new Policy(
                LimitSet.of(Dimension.READ_OPS, limit),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                java.util.Map.of(),
                java.util.Map.of(),
                java.util.Map.of());
    }

    private int admitted(Admission admission, int attempts, long now) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            if (admission.admit(ALICE, "", OperationClass.READ, ticket, now) instanceof Verdict.Admitted) {
                admitted++;
            }
            ticket.commit();
            ticket.release(now);
        }
        return admitted;
    }

    private static OperationRateLimit window(long perSecond) {
        return Limit.perSecond(perSecond, MeterAlgorithm.WINDOW);
    }

    @Test
    void nodeAmongOthers_burstsToItsPartOfAnUnusedLimit() {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(4, 4, 1), START);

        assertThat(admitted(admission, 2_000, START)).isEqualTo(250);
    }

    @Test
    void startingNode_doesNotBurst() {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(1, 4, 0.25, true), START);

        // Its part of what flows in a sync delay, and then its part of what flows.
        assertThat(admitted(admission, 2_000, START)).isBetween(1, 28);
        int inHalfASecond = 0;
        for (int millis = 1; millis <= 500; millis++) {
            inHalfASecond += admitted(admission, 10, START + millis * 1_000_000L);
        }
        assertThat(inHalfASecond).isBetween(100, 130);
    }

    @Test
    void newNode_assumesThatTheOthersAdmittedBefore_whatTheyDemandNow() {
        assertThat(burstAfterStart(4_000)).isLessThan(40);
        assertThat(burstAfterStart(0)).isGreaterThan(60);
    }

    /** Of a node that has listened for half a second, in which one other reported of its demand. */
    private int burstAfterStart(double remoteDemand) {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(4, 4, 1, true), START);
        RemoteNode other = new RemoteNode();
        long settled = START + SECOND / 2;
        other.received(settled);
        SubjectId alice = ids.of(Scope.USER, "alice");
        admission.applyRemote(other, alice, Scope.USER, Dimension.READ_OPS, 1, remoteDemand, settled);

        admission.updateMembership(new Membership(4, 4, 1), settled);

        return admitted(admission, 2_000, settled + SECOND / 10);
    }

    @Test
    void nodeAlone_admitsExactlyTheLimit() {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(4, 4, 1), START);
        admission.updateMembership(Membership.ALONE, START);

        assertThat(admitted(admission, 2_000, START)).isEqualTo(1_000);
    }

    @Test
    void minority_admitsItsPart() {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(1, 4, 0.25), START);

        assertThat(admitted(admission, 2_000, START)).isEqualTo(250);
    }

    @Test
    void staticSharing_isAFixedPart_andLocalTheWhole() {
        for (Sharing sharing : List.of(Sharing.STATIC, Sharing.LOCAL)) {
            Admission admission = admission(window(1_000).with(sharing));
            admission.updateMembership(new Membership(3, 5, 1), START);
            admission.applyRemote(
                    new RemoteNode(), ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 900, 0, START);

            assertThat(admitted(admission, 2_000, START)).isEqualTo(sharing == Sharing.STATIC ? 200 : 1_000);
        }
    }

    @Test
    void unpacedSharing_takesWhatRoomThereIs() {
        Admission admission = admission(window(1_000).with(Sharing.NONE));
        admission.updateMembership(new Membership(4, 4, 1), START);
        admission.applyRemote(
                new RemoteNode(), ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 300, 0, START);

        assertThat(admitted(admission, 2_000, START)).isEqualTo(700);
    }

    @Test
    void changedLimit_keepsWhatWasCharged() {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(4, 4, 1), START);
        assertThat(admitted(admission, 2_000, START)).isEqualTo(250);
        Policy half = new Policy(
                LimitSet.of(Dimension.READ_OPS, window(200)),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                java.util.Map.of(),
                java.util.Map.of(),
                java.util.Map.of());

        admission.policy(half, START);

        assertThat(admitted(admission, 100, START + SECOND / 10)).isZero();
        assertThat(admission.usage(1, START).get(0).used()).isEqualTo(250);
    }

    @Test
    void surge_isOneUrgentUpdate() {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(4, 4, 1), START);
        admitted(admission, 1, START);
        admission.measure(usage -> {}, START + SECOND / 10);

        long later = START + SECOND / 10 + SECOND / 50;
        admitted(admission, 100, later);
        admitted(admission, 100, later + 1_000_000);

        assertThat(admission.hasUrgentUpdate()).isTrue();
        List<Double> reported = new ArrayList<>();
        admission.measureUrgent(usage -> reported.add(usage.demand(Dimension.READ_OPS)), later + 1_000_000);
        assertThat(reported)
                .singleElement()
                .satisfies(demand -> assertThat(demand).isGreaterThan(1_000));
        assertThat(admission.hasUrgentUpdate()).isFalse();
    }

    @Test
    void moreThanAHandfulAtOnce_isUrgent_howeverLargeTheShare() {
        assertThat(isUrgentAfter(16)).isFalse();
        assertThat(isUrgentAfter(17)).isTrue();
    }

    /** Of so many requests at once after a silence, on one of two nodes whose shares are 5,000 a second. */
    private boolean isUrgentAfter(int requests) {
        Admission admission = admission(window(10_000));
        admission.updateMembership(new Membership(2, 2, 1), START);
        admitted(admission, 1, START);
        admission.measure(usage -> {}, START + SECOND / 10);
        for (int i = 0; i < UsageRegistry.VISITS_APART_MAX; i++) {
            admission.measure(usage -> {}, START + 2 * SECOND);
        }

        long later = START + 2 * SECOND + SECOND / 50;
        assertThat(admitted(admission, requests, later)).isEqualTo(requests);
        // Looked at when the next one comes.
        admitted(admission, 1, later + 1_000_000);
        return admission.hasUrgentUpdate();
    }

    @Test
    void usageFarBelowTheLimit_isVisitedLessOften() {
        assertThat(visitsInTwelveTicks(0, true)).isEqualTo(12 / UsageRegistry.VISITS_APART_MAX);
        assertThat(visitsInTwelveTicks(30, false)).isEqualTo(12);
    }

    /** Of 10 requests a tick, an even share being 250 a second; after a second in which all have got used to it. */
    private int visitsInTwelveTicks(long remoteEachTick, boolean isFarBelowLimit) {
        Admission admission = admission(window(1_000));
        admission.updateMembership(new Membership(4, 4, 1), START);
        RemoteNode other = new RemoteNode();
        List<Integer> visits = new ArrayList<>();
        for (int tick = 1; tick <= 30; tick++) {
            int number = tick;
            long now = START + tick * SECOND / 10;
            other.received(now);
            admission.applyRemote(
                    other,
                    ids.of(Scope.USER, "alice"),
                    Scope.USER,
                    Dimension.READ_OPS,
                    remoteEachTick,
                    10 * remoteEachTick,
                    now);
            assertThat(admitted(admission, 10, now)).isEqualTo(10);
            admission.measure(
                    usage -> {
                        visits.add(number);
                        assertThat(usage.evenShare(Dimension.READ_OPS)).isEqualTo(250);
                        if (number > 18) {
                            assertThat(usage.isFarBelowLimit(Dimension.READ_OPS))
                                    .isEqualTo(isFarBelowLimit);
                        }
                    },
                    now);
        }
        return (int) visits.stream().filter(number -> number > 18).count();
    }

    @Test
    void smallRemoteDemand_leavesTheRestHere() {
        RemoteDemands others = new RemoteDemands();
        RemoteNode modest = new RemoteNode();
        modest.received(START);
        others.put(modest, 100);

        assertThat(others.level(5_000, 1_000)).isEqualTo(900);
        assertThat(Share.of(1_000, 5_000, 5_000, others, 0.5).perSecond()).isEqualTo(900);
        assertThat(Share.of(1_000, 300, 300, others, 0.5).perSecond()).isEqualTo(600);
    }

    @Test
    void sharesOfAll_addUpToTheLimit() {
        double[] demands = {10, 50, 400, 2_000, 8_000};
        double sum = 0;
        for (int me = 0; me < demands.length; me++) {
            RemoteDemands others = new RemoteDemands();
            for (int i = 0; i < demands.length; i++) {
                RemoteNode node = new RemoteNode();
                node.received(START);
                others.put(node, i == me ? 0 : demands[i]);
            }
            sum += Share.of(1_000, demands[me], demands[me], others, 0.2).perSecond();
        }

        assertThat(sum).isCloseTo(1_000, Offset.offset(1e-6));
    }

    @Test
    void unreportedDemands_areMetOutOfWhatIsLeft() {
        double known = 20;
        double idlePart = 250;
        RemoteDemands others = new RemoteDemands();
        for (int i = 0; i < 3; i++) {
            RemoteNode node = new RemoteNode();
            node.received(START);
            others.put(node, known);
        }

        // All four have just been asked for more than they were known to want.
        assertThat(4 * Share.of(1_000, known, idlePart, others, 0.25).perSecond())
                .isCloseTo(1_000, Offset.offset(1e-6));
    }

    @Test
    void unreportedLoad_isNoPartOfTheHistory() {
        LoadHistory history = new LoadHistory(START);
        history.countReported(900);
        assertThat(history.part(4, 1_000, START)).isEqualTo(0.25);

        history.applyReported();

        assertThat(history.part(4, 1_000, START)).isEqualTo((900 + 25) / 1_000.0);
    }

    @Test
    void demandCode_isExactToAFewThousandths() {
        for (double rate = 1; rate < 1e12; rate *= 1.37) {
            double reported = DemandRate.rounded(rate);

            assertThat(reported).isCloseTo(rate, Offset.offset(rate * 0.002));
            assertThat(DemandRate.rounded(reported)).isEqualTo(reported);
        }
        assertThat(DemandRate.rounded(0)).isZero();
        assertThat(DemandRate.decode(0xffff)).isFinite();
    }

    @Test
    void partitionRules_giveTheirParts() {
        assertThat(OnPartition.QUORUM.fraction(9, 16)).isEqualTo(1);
        assertThat(OnPartition.QUORUM.fraction(8, 16)).isEqualTo(0.5);
        assertThat(OnPartition.AUTO.fraction(1, 2)).isEqualTo(1);
        assertThat(OnPartition.AUTO.fraction(1, 3)).isEqualTo(1.0 / 3);
        assertThat(OnPartition.STATIC.fraction(15, 16)).isEqualTo(15.0 / 16);
        assertThat(OnPartition.OPEN.fraction(1, 16)).isEqualTo(1);
    }

    @Test
    void threads_takeNoMoreTokensThanThereAre() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Admission admission = admission(window(4_000));
            admission.updateMembership(new Membership(4, 4, 1), START);
            AtomicLong admitted = new AtomicLong();
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                done.add(pool.submit(() -> {
                    Ticket own = new Ticket();
                    for (int i = 0; i < 2_000; i++) {
                        if (admission.admit(ALICE, "", OperationClass.READ, own, START) instanceof Verdict.Admitted) {
                            admitted.incrementAndGet();
                        }
                        own.commit();
                    }
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }

            assertThat(admitted.get()).isEqualTo(1_000);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void usage_hasTheLargestExcessAndItsBound() {
        Admission admission = admission(window(1_000));
        assertThat(admitted(admission, 1, START)).isEqualTo(1);
        assertThat(admission.usage(1, START).get(0).excessBound()).isZero();
        admission.updateMembership(new Membership(4, 4, 1), START);
        RemoteNode other = new RemoteNode();
        other.received(START);

        admission.applyRemote(other, ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 1_199, 0, START);
        admission.measure(usage -> {}, START + SECOND / 10);
        admission.measure(usage -> {}, START + 3 * SECOND);

        LimitUsage usage = admission.usage(1, START + 3 * SECOND).get(0);
        assertThat(usage.used()).isZero();
        assertThat(usage.excess()).isEqualTo(200);
        assertThat(admission.cluster().recentExcess(START + 3 * SECOND)).isEqualTo(0.2);
        assertThat(admission.cluster().recentExcess(START + 70 * SECOND)).isZero();
        // At least what flows in a sync delay, at most what an unused second would let through at once and that.
        assertThat(usage.excessBound()).isBetween(220L, 1_700L);
    }

    @Test
    void loweredLimit_isNotExceededByWhatWasAdmittedBefore_butByWhatIsAdmittedLater() {
        Admission admission = admission(window(1_000));
        assertThat(admitted(admission, 1, START)).isEqualTo(1);
        admission.updateMembership(new Membership(4, 4, 1), START);
        RemoteNode other = new RemoteNode();
        other.received(START);
        admission.applyRemote(other, ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 999, 0, START);

        admission.policy(policy(window(100)), START);
        admission.measure(usage -> {}, START + SECOND / 10);
        assertThat(admission.cluster().recentExcess(START + SECOND / 10)).isZero();

        long later = START + 5 * SECOND;
        admission.applyRemote(other, ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 150, 0, later);
        admission.measure(usage -> {}, later + SECOND / 10);
        assertThat(admission.cluster().recentExcess(later + SECOND / 10)).isEqualTo(0.5);
    }

    @Test
    void nodeThatStarts_learnsOfThePast_whichIsNoExcess() {
        Admission admission = admission(window(1_000));
        assertThat(admitted(admission, 1, START)).isEqualTo(1);
        admission.updateMembership(new Membership(4, 4, 1, true), START);
        RemoteNode other = new RemoteNode();
        other.received(START);

        admission.applyRemote(other, ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 1_800, 0, START);
        admission.measure(usage -> {}, START + SECOND / 10);

        assertThat(admission.cluster().recentExcess(START + SECOND / 10)).isZero();
    }

    @Test
    void fewRequestsBeyondASmallLimit_areNoExcessOfTheCluster() {
        Admission admission = admission(window(5));
        assertThat(admitted(admission, 1, START)).isEqualTo(1);
        admission.updateMembership(new Membership(4, 4, 1), START);
        RemoteNode other = new RemoteNode();
        other.received(START);

        admission.applyRemote(other, ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, 5, 0, START);
        admission.measure(usage -> {}, START + SECOND / 10);

        assertThat(admission.usage(1, START + SECOND / 10).get(0).excess()).isEqualTo(1);
        assertThat(admission.cluster().recentExcess(START + SECOND)).isZero();
    }
}

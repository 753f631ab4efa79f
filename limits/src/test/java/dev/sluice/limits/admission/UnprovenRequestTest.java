package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.ConcurrencyLimit;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Requests whose sender is not proven spend nobody's limit but their address's until they are served. */
class UnprovenRequestTest {
    private static final long NOW = 5_000_000_000L;
    private static final Identity ALICE = Identity.ofUser("alice");
    private static final LimitSet OPERATIONS =
            LimitSet.of(Dimension.READ_OPS, Limit.perSecond(10, MeterAlgorithm.WINDOW));
    private static final UnprovenRequest READ = new UnprovenRequest(ALICE, "images", OperationClass.READ, "192.0.2.1");

    private final Ticket ticket = new Ticket();

    private static Admission admission(LimitSet eachUser, LimitSet total) {
        return new Admission(
                new SubjectIds("test"),
                100,
                0,
                new Policy(
                        eachUser,
                        OPERATIONS,
                        LimitSet.UNLIMITED,
                        total,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        LimitSet.of(Dimension.READ_OPS, Limit.perSecond(3, MeterAlgorithm.WINDOW))));
    }

    private Verdict look(Admission admission, UnprovenRequest request, int ahead) {
        Verdict verdict = admission.look(request, ahead, admission.strictness(request), ticket, NOW);
        if (verdict == Verdict.ADMITTED) {
            ticket.commit();
        }
        return verdict;
    }

    private static long used(Admission admission, Scope scope) {
        return admission.usage(100, NOW).stream()
                .filter(row -> row.scope() == scope && row.dimension() == Dimension.READ_OPS)
                .mapToLong(row -> row.used())
                .sum();
    }

    @Test
    void refusedRequests_spendTheLimitOfTheirAddressAlone() {
        Admission admission = admission(OPERATIONS, OPERATIONS);

        for (int i = 0; i < 3; i++) {
            assertThat(look(admission, READ, 0)).isEqualTo(Verdict.ADMITTED);
            ticket.release(NOW);
        }
        Verdict fourth = look(admission, READ, 0);

        assertThat(fourth)
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.scope()).isEqualTo(Scope.UNPROVEN));
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isZero();
        assertThat(used(admission, Scope.BUCKET)).isZero();
        assertThat(used(admission, Scope.UNPROVEN)).isEqualTo(3);
        assertThat(used(admission, Scope.TOTAL)).isEqualTo(3);
    }

    @Test
    void servedRequests_spendWhatTheyNameAndNotTheLimitOfTheirAddress() {
        Admission admission = admission(OPERATIONS, OPERATIONS);

        for (int i = 0; i < 10; i++) {
            assertThat(look(admission, READ, 0)).isEqualTo(Verdict.ADMITTED);
            admission.chargeServed(READ, ticket, NOW);
            ticket.release(NOW);
        }
        Verdict next = look(admission, READ, 0);

        assertThat(next).isInstanceOf(Verdict.Rejected.class);
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(10);
        assertThat(used(admission, Scope.BUCKET)).isEqualTo(10);
        assertThat(used(admission, Scope.UNPROVEN)).isZero();
    }

    @Test
    void madeUpUsers_getNoAccount() {
        Admission admission = admission(OPERATIONS, LimitSet.UNLIMITED);

        for (int i = 0; i < 50; i++) {
            look(admission, new UnprovenRequest(Identity.ofUser("u" + i), "b" + i, OperationClass.READ, "a"), 0);
            ticket.release(NOW);
        }

        assertThat(admission.accountCount()).isEqualTo(1);
    }

    @Test
    void limitOfZero_admitsNothingUnseen() {
        LimitSet nothing = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));

        assertThat(look(admission(nothing, OPERATIONS), READ, 0)).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void requestsAhead_countAsIfTheyWereCharged() {
        Admission admission = admission(OPERATIONS, LimitSet.UNLIMITED);
        look(admission, READ, 0);
        admission.chargeServed(READ, ticket, NOW);
        ticket.release(NOW);

        assertThat(look(admission, READ, 8)).isEqualTo(Verdict.ADMITTED);
        ticket.release(NOW);
        assertThat(look(admission, READ, 9)).isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void refusalByALook_spendsNothing() {
        Admission admission = admission(OPERATIONS, OPERATIONS);
        Ticket alices = new Ticket();
        for (int i = 0; i < 10; i++) {
            admission.admit(ALICE, "", OperationClass.READ, alices, NOW);
            alices.commit();
            alices.release(NOW);
        }
        long totalBefore = used(admission, Scope.TOTAL);

        assertThat(look(admission, READ, 0)).isInstanceOf(Verdict.Rejected.class);

        assertThat(used(admission, Scope.TOTAL)).isEqualTo(totalBefore);
        assertThat(used(admission, Scope.UNPROVEN)).isZero();
    }

    @Test
    void servedRequest_takesASlotUntilItEnds() {
        LimitSet slots = LimitSet.of(Dimension.CONCURRENT_REQUESTS, new ConcurrencyLimit(1, OnExceed.REJECT));
        Admission admission = admission(slots, LimitSet.UNLIMITED);
        look(admission, READ, 0);
        admission.chargeServed(READ, ticket, NOW);
        Ticket second = new Ticket();

        Verdict whileInFlight = admission.admit(ALICE, "", OperationClass.READ, second, NOW);
        ticket.release(NOW);
        Verdict afterwards = admission.admit(ALICE, "", OperationClass.READ, second, NOW);

        assertThat(whileInFlight).isInstanceOf(Verdict.Rejected.class);
        assertThat(afterwards).isEqualTo(Verdict.ADMITTED);
    }

    @Test
    void servedRequests_areNeverTakenForThoseOfOtherNodes() {
        LimitSet slots = LimitSet.of(Dimension.CONCURRENT_REQUESTS, new ConcurrencyLimit(2, OnExceed.REJECT));
        Admission admission = admission(slots, LimitSet.UNLIMITED);
        for (int i = 0; i < 5; i++) {
            look(admission, READ, 0);
            admission.chargeServed(READ, ticket, NOW);
            ticket.release(NOW);
        }
        RemoteNode other = admission.addPeer(1, 2);
        SubjectId alice = new SubjectIds("test").of(Scope.USER, "alice");

        // Its begin was reported before there was a limit here.
        admission.applyRemote(other, alice, Scope.USER, Dimension.CONCURRENT_REQUESTS, -3, 0, NOW);

        assertThat(admission.admit(ALICE, "", OperationClass.READ, new Ticket(), NOW))
                .isEqualTo(Verdict.ADMITTED);
        assertThat(admission.admit(ALICE, "", OperationClass.READ, new Ticket(), NOW))
                .isEqualTo(Verdict.ADMITTED);
        assertThat(admission.admit(ALICE, "", OperationClass.READ, new Ticket(), NOW))
                .isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void bytesBeforeTheResponse_areChargedWithIt() {
        LimitSet bytes = LimitSet.of(Dimension.WRITE_BYTES, Limit.bytesPerSecond(1_000_000, MeterAlgorithm.WINDOW));
        Admission admission = admission(bytes, LimitSet.UNLIMITED);
        UnprovenRequest write = new UnprovenRequest(ALICE, "", OperationClass.WRITE, "192.0.2.1");

        look(admission, write, 0);
        ticket.upload().moved(5000, NOW);
        long before = admission.charged(ALICE, Dimension.WRITE_BYTES);
        admission.chargeServed(write, ticket, NOW);
        ticket.upload().moved(200, NOW);
        ticket.release(NOW);

        assertThat(before).isZero();
        assertThat(admission.charged(ALICE, Dimension.WRITE_BYTES)).isEqualTo(5200);
    }

    @Test
    void listedDeletes_areChargedWithTheResponse() {
        LimitSet writes = LimitSet.of(Dimension.WRITE_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW));
        Admission admission = admission(writes, LimitSet.UNLIMITED);
        UnprovenRequest delete = new UnprovenRequest(ALICE, "", OperationClass.DELETE, "192.0.2.1");

        look(admission, delete, 0);
        ticket.deferOperations(41, NOW);
        admission.chargeServed(delete, ticket, NOW);
        ticket.deferOperations(8, NOW);
        ticket.release(NOW);

        assertThat(admission.charged(ALICE, Dimension.WRITE_OPS)).isEqualTo(50);
    }

    @Test
    void listedDeletes_areChargedToTheAddressOnlyIfTheyAreNotServed() {
        LimitSet writes = LimitSet.of(Dimension.WRITE_OPS, Limit.perSecond(100, MeterAlgorithm.WINDOW));
        Policy policy = new Policy(
                writes,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of(),
                writes);
        Admission admission = new Admission(new SubjectIds("test"), 100, 0, policy);
        UnprovenRequest delete = new UnprovenRequest(ALICE, "", OperationClass.DELETE, "192.0.2.1");

        look(admission, delete, 0);
        ticket.deferOperations(41, NOW);
        admission.chargeServed(delete, ticket, NOW);
        ticket.release(NOW);
        long ofServed =
                admission.usageOf(Scope.UNPROVEN, "192.0.2.1", NOW).get(0).used();
        look(admission, delete, 0);
        ticket.deferOperations(41, NOW);
        ticket.release(NOW);

        assertThat(ofServed).isZero();
        assertThat(admission.usageOf(Scope.UNPROVEN, "192.0.2.1", NOW).get(0).used())
                .isEqualTo(42);
    }

    @Test
    void exemptUser_isHeldByTheLimitOfItsAddressAlone() {
        LimitSet nothing = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));
        Admission admission = admission(nothing, nothing);
        UnprovenRequest system = new UnprovenRequest(ALICE.exempt(), "b", OperationClass.READ, "192.0.2.1");

        assertThat(look(admission, system, 0)).isEqualTo(Verdict.ADMITTED);
        admission.chargeServed(system, ticket, NOW);
        ticket.release(NOW);

        assertThat(used(admission, Scope.UNPROVEN)).isZero();
    }

    @Test
    void shadowLimit_isCountedAndNeverRejects() {
        LimitSet shadow = LimitSet.of(
                Dimension.READ_OPS, Limit.perSecond(1, MeterAlgorithm.WINDOW).with(OnExceed.SHADOW));
        Admission admission = admission(shadow, LimitSet.UNLIMITED);

        for (int i = 0; i < 3; i++) {
            assertThat(look(admission, READ, 0)).isEqualTo(Verdict.ADMITTED);
            admission.chargeServed(READ, ticket, NOW);
            ticket.release(NOW);
        }

        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(1);
        assertThat(admission.usageOf(Scope.USER, "alice", NOW).get(0).wouldRejectHere())
                .isEqualTo(2);
    }

    @Test
    void burstOfAServedClient_isHeldByItsOwnLimitsAlone() {
        LimitSet plenty = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(500, MeterAlgorithm.WINDOW));
        Admission admission = admission(plenty, LimitSet.UNLIMITED);
        UnprovenRequest read = new UnprovenRequest(ALICE, "", OperationClass.READ, "192.0.2.1");
        List<Ticket> inFlight = new ArrayList<>();

        for (int i = 0; i < 300; i++) {
            Ticket own = new Ticket();
            assertThat(admission.look(read, i, admission.strictness(read), own, NOW))
                    .isEqualTo(Verdict.ADMITTED);
            own.commit();
            inFlight.add(own);
        }
        inFlight.forEach(own -> {
            admission.chargeServed(read, own, NOW);
            own.release(NOW);
        });

        assertThat(used(admission, Scope.UNPROVEN)).isZero();
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(300);
    }

    @Test
    void requestWithoutAResponse_isChargedToItsAddressAtItsEnd_once() {
        Admission admission = admission(OPERATIONS, LimitSet.UNLIMITED);

        look(admission, READ, 0);
        assertThat(used(admission, Scope.UNPROVEN)).isZero();
        ticket.chargeUnserved(NOW);
        assertThat(used(admission, Scope.UNPROVEN)).isEqualTo(1);
        ticket.release(NOW);
        look(admission, READ, 0);
        ticket.release(NOW);

        assertThat(used(admission, Scope.UNPROVEN)).isEqualTo(2);
    }

    @Test
    void requestThatNeverWent_isChargedToNobody() {
        Admission admission = admission(OPERATIONS, OPERATIONS);

        admission.look(READ, 0, admission.strictness(READ), ticket, NOW);
        ticket.release(NOW);

        assertThat(used(admission, Scope.UNPROVEN)).isZero();
        assertThat(used(admission, Scope.TOTAL)).isZero();
    }

    @Test
    void strictness_isThatOfTheLimitsOnTheOperation() {
        LimitSet shadow = LimitSet.of(
                Dimension.READ_OPS, Limit.perSecond(1, MeterAlgorithm.WINDOW).with(OnExceed.SHADOW));
        LimitSet noWrites = LimitSet.of(Dimension.WRITE_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));
        UnprovenRequest read = new UnprovenRequest(ALICE, "", OperationClass.READ, "a");
        UnprovenRequest write = new UnprovenRequest(ALICE, "", OperationClass.WRITE, "a");

        assertThat(strictness(LimitSet.UNLIMITED, Optional.empty(), read)).isEqualTo(Strictness.UNLIMITED);
        assertThat(strictness(LimitSet.UNLIMITED, Optional.of(OPERATIONS), read))
                .isEqualTo(Strictness.ENFORCED);
        assertThat(strictness(shadow, Optional.empty(), read)).isEqualTo(Strictness.SHADOW);
        assertThat(strictness(noWrites, Optional.empty(), read)).isEqualTo(Strictness.UNLIMITED);
        assertThat(strictness(noWrites, Optional.empty(), write)).isEqualTo(Strictness.CLOSED);
    }

    private static Strictness strictness(LimitSet eachUser, Optional<LimitSet> unproven, UnprovenRequest request) {
        Policy policy = new Policy(
                eachUser,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of(),
                unproven);
        return new Admission(new SubjectIds("test"), 100, 0, policy).strictness(request);
    }

    @Test
    void madeUpUsersWithALimitOfZero_shareAnAccount() {
        LimitSet nothing = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));
        Admission admission = admission(nothing, LimitSet.UNLIMITED);

        for (int i = 0; i < 50; i++) {
            UnprovenRequest read = new UnprovenRequest(Identity.ofUser("u" + i), "", OperationClass.READ, "a");
            assertThat(look(admission, read, 0)).isInstanceOf(Verdict.Rejected.class);
        }
        int forRefused = admission.accountCount();
        for (int i = 0; i < 50; i++) {
            UnprovenRequest write = new UnprovenRequest(Identity.ofUser("u" + i), "", OperationClass.WRITE, "a");
            assertThat(look(admission, write, 0)).isEqualTo(Verdict.ADMITTED);
        }

        assertThat(forRefused).isEqualTo(2);
        assertThat(admission.accountCount()).isEqualTo(2);
    }

    @Test
    void uploadBeyondItsLimit_holdsTheNextRequest() {
        LimitSet bytes = LimitSet.of(Dimension.WRITE_BYTES, Limit.bytesPerSecond(1_000_000, MeterAlgorithm.WINDOW));
        Admission admission = admission(bytes, LimitSet.UNLIMITED);
        UnprovenRequest write = new UnprovenRequest(ALICE, "", OperationClass.WRITE, "192.0.2.1");

        look(admission, write, 0);
        ticket.upload().moved(800_000, NOW);
        admission.chargeServed(write, ticket, NOW);
        ticket.release(NOW);

        assertThat(look(admission, write, 0))
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.scope()).isEqualTo(Scope.USER));
    }

    @Test
    void requestWithoutRoomInItsOwnLimits_doesNotWaitForTheTotal() {
        LimitSet waiting = LimitSet.of(
                Dimension.READ_OPS,
                Limit.perSecond(1, MeterAlgorithm.WINDOW).with(OnExceed.waitUpTo(Limit.SECOND_NANOS)));
        LimitSet nothing = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(0, MeterAlgorithm.WINDOW));

        Admission full = admission(nothing, waiting);
        full.admit(Identity.NOBODY, "", OperationClass.READ, new Ticket(), NOW);
        Admission open = admission(OPERATIONS, waiting);
        look(open, READ, 0);
        Verdict held = look(open, READ, 0);

        assertThat(look(full, READ, 0)).isInstanceOf(Verdict.Rejected.class);
        assertThat(held)
                .isInstanceOfSatisfying(
                        Verdict.Held.class, wait -> wait.request().leave(NOW));
    }

    @Test
    void byteLimitOfTheAddress_holdsTheBodyUntilItIsServed() {
        LimitSet slow = LimitSet.of(Dimension.READ_BYTES, Limit.bytesPerSecond(1_000_000, MeterAlgorithm.WINDOW));
        Policy policy = new Policy(
                OPERATIONS,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of(),
                slow);
        Admission admission = new Admission(new SubjectIds("test"), 100, 0, policy);

        look(admission, READ, 0);
        long before = ticket.download().mayMove(NOW);
        admission.chargeServed(READ, ticket, NOW);

        assertThat(before).isLessThan(Long.MAX_VALUE);
        assertThat(ticket.download().mayMove(NOW)).isEqualTo(Long.MAX_VALUE);
    }
}

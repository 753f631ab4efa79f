package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeldRequestTest extends HeldRequestFixture {
    @ParameterizedTest
    @EnumSource(names = "SEED", mode = EnumSource.Mode.EXCLUDE)
    void requestsWithoutRoom_waitAndAreAdmittedByArrival_asTheLimitHasRoom(MeterAlgorithm meter) {
        Limit limit = meter == MeterAlgorithm.BUCKET ? Limit.bucket(10, SECOND, 10) : Limit.perSecond(10, meter);
        Admission admission =
                admission(eachUser(LimitSet.of(Dimension.READ_OPS, limit.with(OnExceed.waitUpTo(2 * SECOND)))));
        fill(admission, ALICE, 10);

        for (int i = 0; i < 10; i++) {
            send(admission, "r" + i, ALICE, "");
        }

        assertThat(ends).isEmpty();
        assertThat(admission.holding().waiting()).isEqualTo(10);
        run(1_100);
        assertThat(ends)
                .containsExactly(
                        "r0 admitted",
                        "r1 admitted",
                        "r2 admitted",
                        "r3 admitted",
                        "r4 admitted",
                        "r5 admitted",
                        "r6 admitted",
                        "r7 admitted",
                        "r8 admitted",
                        "r9 admitted");
        assertThat(admission.holding().waiting()).isZero();
        assertThat(admission.holding().held()).isEqualTo(10);
        assertThat(admission.holding().rejected()).isZero();
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(20);
    }

    @Test
    void noSlidingSecond_hasMoreThanTheLimit_whenRequestsWait() {
        Admission admission = admission(eachUser(reads(20, WAIT)), 100, 100);
        List<Long> admittedAt = new ArrayList<>();
        for (int tick = 0; tick < 500; tick++) {
            int before = ends.size();
            for (int i = 0; i < 2; i++) {
                send(admission, "x", ALICE, "");
            }
            run(10);
            for (String end : ends.subList(before, ends.size())) {
                if (end.endsWith("admitted")) {
                    admittedAt.add(clock.nowNanos);
                }
            }
        }

        // The window forgets in steps of a part of a second.
        for (int i = 20; i < admittedAt.size(); i++) {
            assertThat(admittedAt.get(i) - admittedAt.get(i - 20)).isGreaterThanOrEqualTo(SECOND - 11 * MILLI);
        }
        assertThat(admittedAt).hasSizeBetween(95, 120);
    }

    @Test
    void newcomer_doesNotOvertake_whoWaitsForTheSameSubject() {
        Admission admission = admission(eachUser(reads(10, OnExceed.waitUpTo(5 * SECOND))));
        fill(admission, ALICE, 10);
        send(admission, "first", ALICE, "");
        // By now there is room, and nobody has looked.
        clock.nowNanos += 2 * SECOND;

        send(admission, "second", ALICE, "");

        assertThat(ends).isEmpty();
        run(5);
        assertThat(ends).containsExactly("first admitted", "second admitted");
    }

    @Test
    void anotherSubject_isNotKeptWaiting() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);
        send(admission, "waits", ALICE, "");

        send(admission, "other", BOB, "");

        assertThat(ends).containsExactly("other admitted");
    }

    @Test
    void requestThatFoundNoRoomInTime_isRejected_withTheLimitAndAWait() {
        Admission admission = admission(eachUser(reads(10, OnExceed.waitUpTo(900 * MILLI))));
        Client deletes = send(admission, "deletes", ALICE, "");
        clock.nowNanos += 1;
        send(admission, "late", ALICE, "");
        // The first was admitted as one operation; it is paid for by what would come in the next five seconds.
        deletes.ticket.deferOperations(50, clock.nowNanos);
        send(admission, "at once", ALICE, "");
        assertThat(ends).containsExactly("deletes admitted", "late admitted", "at once rejected");
        ends.clear();
        clock.nowNanos += 4_100 * MILLI;
        Client waiting = send(admission, "waits", ALICE, "");
        assertThat(waiting.held).isNotNull();
        deletes.ticket.deferOperations(50, clock.nowNanos);

        run(899);
        assertThat(ends).isEmpty();
        run(30);

        assertThat(ends).containsExactly("waits rejected");
        assertThat(admission.holding().rejected()).isEqualTo(1);
        assertThat(admission.rejected(Scope.USER, Dimension.READ_OPS)).isEqualTo(2);
    }

    @Test
    void knownWaitBeyondMaxWait_isRejectedAtOnce_withTheTrueWait() {
        Limit perMinute = Limit.rate(10, 60 * SECOND, MeterAlgorithm.WINDOW).with(WAIT);
        Admission admission = admission(eachUser(LimitSet.of(Dimension.READ_OPS, perMinute)));
        fill(admission, ALICE, 10);

        Verdict verdict = admission.admit(ALICE, "", OperationClass.READ, new Ticket(), clock.nowNanos);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.retryAfterNanos()).isGreaterThan(50 * SECOND));
        assertThat(admission.holding().held()).isZero();
    }

    @Test
    void limitOfZero_keepsNobodyWaiting() {
        Admission admission = admission(eachUser(reads(0, WAIT)));

        send(admission, "none", ALICE, "");

        assertThat(ends).containsExactly("none rejected");
    }

    @Test
    void moreThanTheLimitCanAdmitInTime_areRejectedAtOnce() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);

        for (int i = 0; i < 15; i++) {
            send(admission, "r" + i, ALICE, "");
        }

        assertThat(ends)
                .containsExactly("r10 rejected", "r11 rejected", "r12 rejected", "r13 rejected", "r14 rejected");
    }

    @Test
    void fullQueues_rejectAtOnce_bySubjectAndInAll() {
        Admission admission = admission(eachUser(reads(100, WAIT)), 5, 3);
        fill(admission, ALICE, 100);
        fill(admission, BOB, 100);

        for (int i = 0; i < 4; i++) {
            send(admission, "alice" + i, ALICE, "");
        }
        for (int i = 0; i < 3; i++) {
            send(admission, "bob" + i, BOB, "");
        }

        assertThat(ends).containsExactly("alice3 rejected", "bob2 rejected");
        assertThat(admission.holding().full()).isEqualTo(2);
        assertThat(admission.holding().waiting()).isEqualTo(5);
    }

    @Test
    void freeSlot_goesAtOnceToWhoWaits() {
        LimitSet slots =
                LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(1).with(WAIT));
        Admission admission = admission(eachUser(slots));
        Client first = send(admission, "first", ALICE, "");
        send(admission, "second", ALICE, "");
        assertThat(ends).containsExactly("first admitted");

        first.ticket.release(clock.nowNanos);

        run(0);
        assertThat(ends).containsExactly("first admitted", "second admitted");
    }

    @Test
    void requestsThatWait_areDemand_forAsLongAsTheyWait() {
        Admission admission = admission(eachUser(reads(100, OnExceed.waitUpTo(10 * SECOND))), 1_000, 1_000);
        admission.updateMembership(new Membership(2, 2, 1), START);
        for (int i = 0; i < 300; i++) {
            send(admission, "r", ALICE, "");
        }
        double[] demand = new double[1];

        for (int i = 0; i < 5; i++) {
            run(100);
            admission.measure(usage -> demand[0] = usage.demand(Dimension.READ_OPS), clock.nowNanos);
        }

        assertThat(admission.holding().waiting()).isGreaterThan(100);
        assertThat(demand[0]).isGreaterThan(100);
    }

    @Test
    void clientsThatSendOneRequestAfterAnother_useTheWholeLimit() {
        Admission admission = admission(eachUser(reads(50, WAIT)));
        int[] admitted = new int[1];
        for (int i = 0; i < 8; i++) {
            sendForEver(admission, new Ticket(), admitted);
        }

        run(10_000);

        assertThat(admitted[0]).isBetween(500, 550);
        assertThat(admission.holding().rejected()).isZero();
    }

    private void sendForEver(Admission admission, Ticket ticket, int[] admitted) {
        Verdict verdict = admission.admit(ALICE, "", OperationClass.READ, ticket, clock.nowNanos);
        if (verdict instanceof Verdict.Held waiting) {
            HeldRequest request = waiting.request();
            request.begin(
                    clock,
                    () -> {
                        assertThat(request.conclude(ticket)).isEqualTo(Verdict.ADMITTED);
                        respond(admission, ticket, admitted);
                    },
                    clock.nowNanos);
        } else {
            assertThat(verdict).isEqualTo(Verdict.ADMITTED);
            respond(admission, ticket, admitted);
        }
    }

    /** The gateway takes a millisecond. */
    private void respond(Admission admission, Ticket ticket, int[] admitted) {
        admitted[0]++;
        ticket.commit();
        clock.schedule(MILLI, now -> sendForEver(admission, ticket, admitted));
    }
}

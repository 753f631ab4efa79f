package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.sharing.RequestQueue;
import org.junit.jupiter.api.Test;

/** Limits change, clients leave and attempts fail while requests wait. */
class HeldRequestChangesTest extends HeldRequestFixture {
    @Test
    void clientThatLeaves_freesItsPlace_andIsNotCharged() {
        Admission admission = admission(eachUser(reads(10, OnExceed.waitUpTo(3 * SECOND))), 2, 2);
        fill(admission, ALICE, 10);
        Client leaver = send(admission, "leaver", ALICE, "");
        send(admission, "stays", ALICE, "");

        leaver.held.leave(clock.nowNanos);
        send(admission, "next", ALICE, "");

        assertThat(admission.holding().waiting()).isEqualTo(2);
        run(3_000);
        assertThat(ends).containsExactly("stays admitted", "next admitted");
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(12);
        assertThat(admission.holding().left()).isEqualTo(1);
    }

    @Test
    void clientThatLeavesOnceItIsAdmitted_givesBackWhatWasCharged() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);
        Client client = send(admission, "gone", ALICE, "");
        clock.nowNanos += 2 * SECOND;
        // Served by another event loop.
        admission.policy(eachUser(reads(11, WAIT)), clock.nowNanos);
        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(11);

        client.held.leave(clock.nowNanos);

        assertThat(admission.charged(ALICE, Dimension.READ_OPS)).isEqualTo(10);
    }

    @Test
    void raisedLimit_admitsWhoWaits_atOnce() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);
        send(admission, "a", ALICE, "");
        send(admission, "b", ALICE, "");

        admission.policy(eachUser(reads(12, WAIT)), clock.nowNanos);

        run(0);
        assertThat(ends).containsExactly("a admitted", "b admitted");
    }

    @Test
    void removedLimit_admitsWhoWaits_atOnce() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);
        send(admission, "a", ALICE, "");

        admission.policy(Policy.UNLIMITED, clock.nowNanos);

        run(0);
        assertThat(ends).containsExactly("a admitted");
        assertThat(admission.holding().waiting()).isZero();
        assertThat(admission.accountCount()).isZero();
    }

    @Test
    void limitThatRejectsFromNowOn_rejectsNewRequests_andServesThoseThatWait() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);
        send(admission, "old", ALICE, "");

        admission.policy(eachUser(reads(10, OnExceed.REJECT)), clock.nowNanos);
        send(admission, "new", ALICE, "");

        assertThat(ends).containsExactly("new rejected");
        run(1_015);
        assertThat(ends).containsExactly("new rejected", "old admitted");
    }

    @Test
    void errorInAnAttempt_rejectsThatRequest_andNoOther() {
        LimitSet slots =
                LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(1).with(WAIT));
        Admission admission = admission(eachUser(slots));
        Client first = send(admission, "first", ALICE, "");
        Client second = send(admission, "second", ALICE, "");
        RequestQueue queue = second.held.queue();
        assertThat(admission.holding().reserve(queue.ledger(), 0)).isTrue();
        RequestSubjects.Selection failing = (ticket, now) -> {
            throw new IllegalStateException("as a test wants it");
        };
        HeldRequest failed = new HeldRequest(admission, failing, queue, -1, clock.nowNanos);

        failed.begin(
                clock,
                () -> ends.add(
                        failed.conclude(new Ticket()) instanceof Verdict.Rejected ? "failed rejected" : "failed"),
                clock.nowNanos);

        assertThatThrownBy(() -> run(0)).hasRootCauseMessage("as a test wants it");
        assertThat(ends).containsExactly("first admitted", "failed rejected");
        assertThat(admission.holding().waiting()).isEqualTo(1);
        assertThat(queue.size()).isEqualTo(1);
        first.ticket.release(clock.nowNanos);
        run(0);
        assertThat(ends).containsExactly("first admitted", "failed rejected", "second admitted");
    }

    @Test
    void refusedRequest_isRejectedNow() {
        Admission admission = admission(eachUser(reads(10, WAIT)));
        fill(admission, ALICE, 10);
        Client client = send(admission, "r", ALICE, "");

        client.held.refuse(clock.nowNanos);

        run(0);
        assertThat(ends).containsExactly("r rejected");
        assertThat(admission.holding().rejected()).isEqualTo(1);
        assertThat(admission.holding().waiting()).isZero();
    }
}

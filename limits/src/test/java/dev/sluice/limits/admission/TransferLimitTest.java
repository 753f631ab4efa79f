package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.RemoteNode;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Transfers of one user on one node, by hand: each event at its time. */
class TransferLimitTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 5_000 * SECOND;
    private static final long MIB = 1 << 20;
    private static final Identity ALICE = Identity.ofUser("alice");

    private long now = START;

    private static Policy policy(Limit limit) {
        return new Policy(
                LimitSet.of(Dimension.READ_BYTES, limit),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Admission admission(Limit limit) {
        return new Admission(new SubjectIds("test"), 100, 0, policy(limit));
    }

    private static ByteRateLimit window(long perSecond) {
        return Limit.bytesPerSecond(perSecond, MeterAlgorithm.WINDOW);
    }

    private boolean begin(Admission admission, Ticket ticket) {
        boolean admitted = admission.admit(ALICE, "", OperationClass.READ, ticket, now) instanceof Verdict.Admitted;
        ticket.commit();
        return admitted;
    }

    /** Moves all that may be moved until then, looking each millisecond; returns how much each transfer moved. */
    private long[] move(long nanos, Ticket... tickets) {
        long[] moved = new long[tickets.length];
        for (long until = now + nanos; now < until; now += 1_000_000) {
            for (int i = 0; i < tickets.length; i++) {
                for (long bytes = tickets[i].download().mayMove(now);
                        bytes > 0;
                        bytes = tickets[i].download().mayMove(now)) {
                    tickets[i].download().moved(bytes, now);
                    moved[i] += bytes;
                }
            }
        }
        return moved;
    }

    @Test
    void transfer_flowsAtTheLimit() {
        Admission admission = admission(window(10 * MIB));
        Ticket ticket = new Ticket();
        begin(admission, ticket);
        move(SECOND, ticket);

        assertThat((double) move(5 * SECOND, ticket)[0]).isCloseTo(50.0 * MIB, Offset.offset(0.02 * 50 * MIB));
        assertThat(ticket.download().mayMove(now)).isZero();
        assertThat(ticket.download().waitNanos()).isBetween(1L, SECOND / 10);
    }

    @Test
    void transfers_alternate() {
        Admission admission = admission(window(MIB));
        Ticket[] tickets = new Ticket[10];
        for (int i = 0; i < tickets.length; i++) {
            tickets[i] = new Ticket();
            assertThat(begin(admission, tickets[i])).as("transfer %d", i).isTrue();
            move(SECOND / 10, java.util.Arrays.copyOf(tickets, i + 1));
        }

        long[] moved = move(5 * SECOND, tickets);

        for (long one : moved) {
            assertThat((double) one).isCloseTo(0.5 * MIB, Offset.offset(0.05 * MIB));
        }
    }

    @Test
    void transfersThatHadTheWholeLimit_moveOnWhenAllOthersWantTheirPart() {
        long limit = 10 * MIB;
        SubjectIds ids = new SubjectIds("test");
        SubjectId alice = ids.of(Scope.USER, ALICE.user());
        Admission admission = new Admission(ids, 100, 0, policy(window(limit)));
        admission.updateMembership(new Membership(8, 8, 1), now);
        Ticket[] tickets = new Ticket[20];
        for (int i = 0; i < tickets.length; i++) {
            tickets[i] = new Ticket();
            begin(admission, tickets[i]);
        }
        RemoteNode[] others = new RemoteNode[7];
        java.util.Arrays.setAll(others, i -> new RemoteNode());

        long[] movedNanos = new long[tickets.length];
        java.util.Arrays.fill(movedNanos, now);
        long longestNanos = 0;
        for (int interval = 0; interval < 60; interval++) {
            admission.measure(usage -> {}, now);
            for (RemoteNode other : others) {
                other.received(now);
                long moved = interval > 30 ? limit / 8 / 10 : 0;
                long wanted = interval >= 30 ? limit : 0;
                admission.applyRemote(other, alice, Scope.USER, Dimension.READ_BYTES, moved, wanted, now);
            }
            for (int milli = 0; milli < 100; milli++) {
                long lookedNanos = now;
                long[] moved = move(1_000_000, tickets);
                for (int i = 0; i < moved.length; i++) {
                    if (moved[i] > 0) {
                        longestNanos = Math.max(longestNanos, lookedNanos - movedNanos[i]);
                        movedNanos[i] = lookedNanos;
                    }
                }
            }
        }

        assertThat(longestNanos).isLessThan(SECOND / 2);
    }

    @Test
    void smallBodies_areNeverHeld_andRefusedAboveTheLimit() {
        Admission admission = admission(window(MIB));
        Ticket ticket = new Ticket();
        long moved = 0;
        long waitNanos = 0;
        for (long until = now + 5 * SECOND; now < until; now += 1_000_000) {
            Verdict verdict = admission.admit(ALICE, "", OperationClass.READ, ticket, now);
            ticket.commit();
            if (verdict instanceof Verdict.Rejected rejected) {
                waitNanos = Math.max(waitNanos, rejected.retryAfterNanos());
            } else {
                assertThat(ticket.download().mayMove(now)).isGreaterThanOrEqualTo(8 * 1024);
                ticket.download().moved(8 * 1024, now);
                moved += 8 * 1024;
            }
            ticket.release(now);
        }

        assertThat((double) moved).isBetween(5.0 * MIB, 5.5 * MIB);
        assertThat(waitNanos).isBetween(1L, SECOND);
    }

    @Test
    void smallBodiesAndATransfer_shareTheLimit() {
        Admission admission = admission(window(10 * MIB));
        Ticket big = new Ticket();
        begin(admission, big);
        long small = 0;
        long large = 0;
        Ticket ticket = new Ticket();
        for (int i = 0; i < 5_000; i++) {
            for (int k = 0; k < 10; k++) {
                if (begin(admission, ticket)) {
                    ticket.download().moved(16 * 1024, now);
                    small += 16 * 1024;
                }
                ticket.release(now);
            }
            large += move(1_000_000, big)[0];
        }

        assertThat((double) (small + large)).isCloseTo(50.0 * MIB, Offset.offset(2.5 * MIB));
        assertThat((double) large).isBetween(20.0 * MIB, 30.0 * MIB);
    }

    @Test
    void endedTransfer_leavesItsPlaceToOthers() {
        Admission admission = admission(window(MIB));
        Ticket gone = new Ticket();
        Ticket stays = new Ticket();
        begin(admission, gone);
        begin(admission, stays);
        move(SECOND, gone, stays);

        gone.release(now);

        assertThat((double) move(4 * SECOND, stays)[0]).isCloseTo(4.0 * MIB, Offset.offset(0.1 * MIB));
        stays.release(now);
        assertThat(admission.usage(1, now).get(0).waitingHere()).isZero();
        assertThat(stays.download().mayMove(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void changedLimit_holdsForRunningTransfers_andALiftedOneForNone() {
        Admission admission = admission(window(MIB));
        Ticket ticket = new Ticket();
        begin(admission, ticket);
        move(SECOND, ticket);

        admission.policy(policy(window(4 * MIB)), now);
        move(SECOND, ticket);

        assertThat((double) move(4 * SECOND, ticket)[0]).isCloseTo(16.0 * MIB, Offset.offset(0.5 * MIB));
        admission.policy(policy(window(4 * MIB).with(ByteEnforcement.DEFER)), now);
        assertThat(ticket.download().mayMove(now)).isEqualTo(Long.MAX_VALUE);
        admission.policy(policy(window(4 * MIB)), now);
        // What it has leave for comes first.
        long chunk = ticket.download().mayMove(now);
        assertThat(chunk).isBetween(0L, MIB);
        ticket.download().moved(chunk, now);
        admission.policy(Policy.UNLIMITED, now);
        assertThat(ticket.download().mayMove(now)).isEqualTo(Long.MAX_VALUE);
        ticket.release(now);
    }

    @Test
    void runningTransfer_isNotForgotten() {
        Admission admission = admission(window(MIB));
        Ticket ticket = new Ticket();
        begin(admission, ticket);
        for (int i = 0; i < 200; i++) {
            move(SECOND, ticket);
            admission.forgetIdle(now);
        }

        assertThat(admission.accountCount()).isEqualTo(1);
        ticket.release(now);
    }

    @Test
    void transfer_isNotHeld_byAShadowOrDeferringLimit() {
        for (Limit limit : new Limit[] {
            window(MIB).with(OnExceed.SHADOW),
            window(MIB).with(ByteEnforcement.DEFER),
            Limit.bytesPerSecond(MIB, MeterAlgorithm.SEED)
        }) {
            Admission admission = admission(limit);
            Ticket ticket = new Ticket();
            begin(admission, ticket);

            assertThat(ticket.download().mayMove(now)).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void bucket_mayBeSpentAtOnce() {
        Limit bucket = ByteRateLimit.of(LimitRate.of(MIB, SECOND, new RateAlgorithm.TokenBucket(10 * MIB)));
        Admission admission = admission(bucket);
        Ticket ticket = new Ticket();
        begin(admission, ticket);

        assertThat((double) move(SECOND / 100, ticket)[0]).isBetween(9.0 * MIB, 11.0 * MIB);
        assertThat((double) move(10 * SECOND, ticket)[0]).isCloseTo(10.0 * MIB, Offset.offset(1.0 * MIB));
    }

    @Test
    void readsThatBringMoreThanAllowed_keepToTheLimit() {
        Admission admission = admission(window(64 * 1024));
        Ticket ticket = new Ticket();
        begin(admission, ticket);
        long moved = 0;
        for (long until = now + 20 * SECOND; now < until; now += 1_000_000) {
            if (ticket.download().mayMove(now) > 0) {
                ticket.download().moved(16 * 1024, now);
                moved += 16 * 1024;
            }
        }

        assertThat((double) moved).isCloseTo(20.0 * 64 * 1024, Offset.offset(2 * 64.0 * 1024));
        assertThat(begin(admission, new Ticket())).isTrue();
    }

    @Test
    void limitOfNothing_refuses() {
        Admission admission = admission(window(0));

        assertThat(begin(admission, new Ticket())).isFalse();
    }
}

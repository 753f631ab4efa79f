package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What others admitted is noted first and charged when somebody looks. */
class HeardUsageTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 5_000 * SECOND;
    private static final Identity ALICE = Identity.ofUser("alice");

    private final SubjectIds ids = new SubjectIds("test");
    private final SubjectId alice = ids.of(Scope.USER, "alice");
    private final RemoteNode other = new RemoteNode();
    private final Ticket ticket = new Ticket();
    private final Admission admission = new Admission(
            ids,
            100,
            0,
            new Policy(
                    LimitSet.of(Dimension.READ_OPS, Limit.perSecond(100, MeterKind.WINDOW)),
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    Map.of(),
                    Map.of(),
                    Map.of()));

    HeardUsageTest() {
        other.heard(START);
        admission.membership(new Membership(2, 2, 1), START);
    }

    private void hear(long amount, long now) {
        admission.hear(other, alice, Scope.USER, Dimension.READ_OPS, amount, 0, now);
    }

    private long used(long now) {
        return admission.usage(10, now).get(0).used();
    }

    private boolean admits(long now) {
        boolean admitted = admission.admit(ALICE, "", OperationClass.READ, ticket, now) instanceof Verdict.Admitted;
        ticket.commit();
        ticket.release(now);
        return admitted;
    }

    @Test
    void whatWasNoted_isThereForWhoeverLooks() {
        hear(30, START);
        hear(40, START + 1);

        assertThat(used(START + 1)).isEqualTo(70);
    }

    @Test
    void nextDecision_knowsWhatWasHeardAtTheSameMoment() {
        assertThat(admits(START)).isTrue();
        hear(200, START);

        assertThat(admits(START)).isFalse();
    }

    @Test
    void whatNobodyLooksAt_leavesTheWindowHardlyLater() {
        for (int i = 0; i < 10; i++) {
            hear(5, START + i * SECOND / 100);
        }
        long end = START + SECOND / 10;
        hear(1, end);
        admission.tick((id, scope, counts, demands, pressing) -> {}, end);

        assertThat(used(end + SECOND / 2)).isEqualTo(51);
        assertThat(used(end + SECOND + SECOND / 20)).isZero();
    }

    @Test
    void changedLimit_keepsWhatWasNoted() {
        hear(30, START);

        admission.policy(
                new Policy(
                        LimitSet.of(Dimension.READ_OPS, Limit.perSecond(1_000, MeterKind.WINDOW)),
                        LimitSet.UNLIMITED,
                        LimitSet.UNLIMITED,
                        LimitSet.UNLIMITED,
                        Map.of(),
                        Map.of(),
                        Map.of()),
                START);

        assertThat(used(START)).isEqualTo(30);
    }

    @Test
    void heldSubject_isHeldUntilItIsForgotten() {
        assertThat(admission.held(alice, Dimension.READ_OPS)).isEmpty();
        hear(30, START);
        UsageBook.Held held = admission.held(alice, Dimension.READ_OPS).orElseThrow();

        held.hear(other, 12, 0, START);
        assertThat(used(START)).isEqualTo(42);
        assertThat(held.isHeld()).isTrue();

        admission.forgetIdle(START + 300 * SECOND);
        assertThat(held.isHeld()).isFalse();
        assertThat(admission.held(alice, Dimension.READ_OPS)).isEmpty();
    }
}

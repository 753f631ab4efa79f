package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransferBudgetTest {
    private static final long MIB = 1 << 20;
    private static final long START = 5_000 * Limit.SECOND_NANOS;
    private static final Identity ALICE = Identity.ofUser("alice");

    private final Admission admission = new Admission(
            new SubjectIds("test"),
            100,
            0,
            new Policy(
                    LimitSet.of(Dimension.READ_BYTES, Limit.bytesPerSecond(MIB, MeterAlgorithm.WINDOW)),
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    Map.of(),
                    Map.of(),
                    Map.of()));

    private Ticket begin(OperationClass operation) {
        Ticket ticket = new Ticket();
        assertThat(admission.admit(ALICE, "", operation, ticket, START)).isEqualTo(Verdict.ADMITTED);
        ticket.commit();
        return ticket;
    }

    private int waiting() {
        return admission.usage(1, START).get(0).waitingHere();
    }

    @Test
    void directionWithoutALimit_isNotHeld() {
        assertThat(begin(OperationClass.READ).upload().mayMove(START)).isEqualTo(Long.MAX_VALUE);
        assertThat(new Ticket().download().mayMove(START)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void transfer_movesTheFreeBytesFirst_thenChunks_andIsHeldThen() {
        TransferBudget budget = begin(OperationClass.READ).download();
        long first = budget.mayMove(START);
        assertThat(first).isBetween(1L, 64L * 1024);
        budget.moved(first, START);

        long moved = 0;
        for (long bytes = budget.mayMove(START); bytes > 0; bytes = budget.mayMove(START)) {
            assertThat(bytes).isLessThanOrEqualTo(64L * 1024);
            budget.moved(bytes, START);
            moved += bytes;
        }

        assertThat(moved).isBetween(1L, MIB);
        assertThat(budget.waitNanos()).isBetween(1L, Limit.SECOND_NANOS / 10);
        assertThat(waiting()).isEqualTo(1);
    }

    @Test
    void waitingTransfer_goesOnLater() {
        TransferBudget budget = begin(OperationClass.READ).download();
        for (long bytes = budget.mayMove(START); bytes > 0; bytes = budget.mayMove(START)) {
            budget.moved(bytes, START);
        }

        assertThat(budget.mayMove(START + Limit.SECOND_NANOS)).isPositive();
        assertThat(waiting()).isZero();
    }

    @Test
    void release_leavesTheQueue() {
        Ticket ticket = begin(OperationClass.READ);
        TransferBudget budget = ticket.download();
        for (long bytes = budget.mayMove(START); bytes > 0; bytes = budget.mayMove(START)) {
            budget.moved(bytes, START);
        }
        assertThat(waiting()).isEqualTo(1);

        ticket.release(START);

        assertThat(waiting()).isZero();
        assertThat(budget.mayMove(START)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void movedBytes_countForTheLimit_alsoIfNotAllowed() {
        TransferBudget budget = begin(OperationClass.READ).download();

        budget.moved(3 * MIB, START);

        assertThat(admission.charged(ALICE, Dimension.READ_BYTES)).isEqualTo(3 * MIB);
        assertThat(admission.admit(ALICE, "", OperationClass.READ, new Ticket(), START))
                .isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void requestOfTwoReadings_isChargedToAllOfTheirLimits() {
        LimitSet bytes = LimitSet.of(Dimension.READ_BYTES, Limit.bytesPerSecond(MIB, MeterAlgorithm.WINDOW));
        Admission everywhere = new Admission(
                new SubjectIds("test"),
                100,
                0,
                new Policy(bytes, bytes, bytes, bytes, Map.of(), Map.of(), Map.of("t", bytes, "u", bytes)));
        Ticket ticket = new Ticket();

        assertThat(everywhere.admitEither(
                        Identity.ofUser("t$alice"),
                        "t:one",
                        Identity.ofUser("u$bob"),
                        "u:two",
                        OperationClass.READ,
                        ticket,
                        START))
                .isEqualTo(Verdict.ADMITTED);
        ticket.commit();
        ticket.download().moved(1_000, START);

        assertThat(everywhere.usage(100, START)).hasSize(7).allMatch(limit -> limit.used() == 1_000);
        ticket.release(START);
    }
}

package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that round out to be many operations, as deletes of a list of objects are. */
class DeferredChargeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Identity ALICE = Identity.ofUser("alice");

    private static Admission limited(MeterAlgorithm meter) {
        return limited(Limit.perSecond(50, meter));
    }

    private static Admission limited(Limit limit) {
        LimitSet limits = LimitSet.of(Dimension.DELETE_OPS, limit);
        Policy policy = new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", limits),
                Map.of(),
                Map.of());
        return new Admission(new SubjectIds("test"), 100, 0, policy);
    }

    @ParameterizedTest
    @EnumSource(names = {"WINDOW", "BUCKET"})
    void list_isPaidAtTheRateOfTheLimit(MeterAlgorithm meter) {
        Admission admission = limited(meter);
        long objects = 0;
        long now = 0;

        for (; now < 100 * SECOND; now += SECOND / 100) {
            Ticket ticket = new Ticket();
            if (admission.admit(ALICE, "", OperationClass.DELETE, ticket, now) == Verdict.ADMITTED) {
                ticket.commit();
                ticket.deferOperations(999, now);
                ticket.release(now);
                objects += 1000;
            }
        }

        // The last list is paid after the end.
        assertThat(objects).isBetween(50L * 100 - 1000, 50L * 100 + 1000);
    }

    @Test
    void limitThatCountsRequests_countsAListOnce() {
        OperationRateLimit each = Limit.perSecond(50, MeterAlgorithm.BUCKET);
        Admission admission = limited(
                new OperationRateLimit(each.rate(), each.onExceed(), OperationRateLimit.ListedObjects.REQUEST_COUNTS));
        int admitted = 0;

        for (int i = 0; i < 60; i++) {
            Ticket ticket = new Ticket();
            if (admission.admit(ALICE, "", OperationClass.DELETE, ticket, 0) == Verdict.ADMITTED) {
                ticket.commit();
                ticket.deferOperations(999, 0);
                ticket.release(0);
                admitted++;
            }
        }

        assertThat(admitted).isEqualTo(50);
    }

    @Test
    void rejection_namesTheTimeUntilTheListIsPaid() {
        Admission admission = limited(MeterAlgorithm.WINDOW);
        Ticket ticket = new Ticket();
        assertThat(admission.admit(ALICE, "", OperationClass.DELETE, ticket, 0)).isEqualTo(Verdict.ADMITTED);
        ticket.commit();
        ticket.deferOperations(549, 0);
        ticket.release(0);

        Verdict verdict = admission.admit(ALICE, "", OperationClass.DELETE, ticket, SECOND);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.retryAfterNanos()).isBetween(9 * SECOND, 14 * SECOND));
        assertThat(admission.charged(ALICE, Dimension.DELETE_OPS)).isEqualTo(550);
    }

    @Test
    void listThatFits_holdsNoRequest() {
        Admission admission = limited(MeterAlgorithm.WINDOW);
        Ticket ticket = new Ticket();
        admission.admit(ALICE, "", OperationClass.DELETE, ticket, 0);
        ticket.commit();
        ticket.deferOperations(9, 0);
        ticket.release(0);

        assertThat(admission.admit(ALICE, "", OperationClass.DELETE, ticket, 1)).isEqualTo(Verdict.ADMITTED);
    }
}

package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.DemandEstimate;
import dev.sluice.limits.pacing.RemoteNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node and what it receives of one other that stands for the rest of the cluster, for seconds of made-up time. */
class PacingOverTimeTest {
    private static final long MILLI = 1_000_000L;
    private static final long INTERVAL = 100 * MILLI;
    private static final long START = 5_000 * Limit.SECOND_NANOS;
    private static final Identity ALICE = Identity.ofUser("alice");

    private final SubjectIds ids = new SubjectIds("test");
    private final Ticket ticket = new Ticket();
    private final RemoteNode rest = new RemoteNode();
    private long now = START;

    private Admission admission(long perSecond, int nodes) {
        LimitSet limits = LimitSet.of(Dimension.READ_OPS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
        LimitSet none = LimitSet.UNLIMITED;
        Admission admission =
                new Admission(ids, 100, 0, new Policy(limits, none, none, none, Map.of(), Map.of(), Map.of()));
        admission.updateMembership(new Membership(nodes, nodes, 1), now);
        return admission;
    }

    private int ask(Admission admission, int attempts) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            admitted +=
                    admission.admit(ALICE, "", OperationClass.READ, ticket, now) instanceof Verdict.Admitted ? 1 : 0;
            ticket.commit();
            ticket.release(now);
        }
        return admitted;
    }

    private void report(Admission admission) {
        admission.measure(usage -> {}, now);
    }

    private void applyRemote(Admission admission, int admittedMore, double demandPerSecond) {
        rest.received(now);
        admission.applyRemote(
                rest, ids.of(Scope.USER, "alice"), Scope.USER, Dimension.READ_OPS, admittedMore, demandPerSecond, now);
    }

    @Test
    void fewRequestsTogether_areUrgent_butNotWhatChanceBrings() {
        DemandEstimate demand = new DemandEstimate();
        for (int i = 0; i < 50; i++) {
            demand.measure(i % 5 == 0 ? 2 : 0, 0.1, 1, 0);
        }

        assertThat(demand.isUrgent(2, 0.1, 1, Double.MAX_VALUE)).isFalse();
        assertThat(demand.isUrgent(3, 0.1, 1, Double.MAX_VALUE)).isFalse();
        assertThat(demand.isUrgent(5, 0.01, 1, Double.MAX_VALUE)).isTrue();
        assertThat(demand.isUrgent(2, 0.1, 1, 0.5)).isFalse();
        assertThat(demand.isUrgent(3, 0.1, 1, 0.5)).isTrue();
    }

    @Test
    void fewRequestsMoreThanExpected_areUrgentOnlyWhereTheLimitIsAtStake() {
        assertThat(isUrgentAfterThree(26)).as("nine tenths of the limit used").isTrue();
        assertThat(isUrgentAfterThree(13)).as("half of it used").isFalse();
        assertThat(isUrgentAfterThree(60)).as("more asked for than there is").isFalse();
    }

    /** One of 64 nodes after 3 s in which the others admitted so many in each tenth of a second. */
    private boolean isUrgentAfterThree(int remote) {
        Admission admission = admission(300, 64);
        for (int milli = 0; milli < 3_000; milli++, now += MILLI) {
            if (milli % 100 == 0) {
                applyRemote(admission, remote, remote * 10);
                report(admission);
            }
            if (milli % 240 == 100) {
                ask(admission, 1);
            }
        }
        report(admission);
        now += 20 * MILLI;
        ask(admission, 3);
        // Looked at when the next one comes.
        now += MILLI;
        ask(admission, 1);
        return admission.hasUrgentUpdate();
    }

    @Test
    void nodeWithFewRequests_admitsWhatChanceBringsAtOnce() {
        Admission admission = admission(300, 64);
        for (int milli = 0; milli < 3_000; milli++, now += MILLI) {
            if (milli % 100 == 0) {
                applyRemote(admission, 26, 266);
                report(admission);
            }
            if (milli % 240 == 100) {
                assertThat(ask(admission, 1)).as("at %d ms", milli).isEqualTo(1);
            }
        }

        assertThat(ask(admission, 20)).isEqualTo(4);
    }
}

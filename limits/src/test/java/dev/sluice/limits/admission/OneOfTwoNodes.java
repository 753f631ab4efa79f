package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.RemoteNode;
import java.util.Map;

/** A node that receives one other, and a limit on the reads of each user, in a second. */
final class OneOfTwoNodes {
    static final long SECOND = Limit.SECOND_NANOS;
    static final long START = 5_000 * SECOND;
    private static final Identity ALICE = Identity.ofUser("alice");

    final SubjectId alice;
    final RemoteNode other = new RemoteNode();
    final Admission admission;
    private final Ticket ticket = new Ticket();

    OneOfTwoNodes(long readsPerSecond) {
        SubjectIds ids = new SubjectIds("test");
        alice = ids.of(Scope.USER, "alice");
        admission = new Admission(ids, 100, 0, policy(readsPerSecond));
        other.received(START);
        admission.updateMembership(new Membership(2, 2, 1), START);
    }

    static Policy policy(long readsPerSecond) {
        return new Policy(
                LimitSet.of(Dimension.READ_OPS, Limit.perSecond(readsPerSecond, MeterAlgorithm.WINDOW)),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
    }

    /** The other node reports what it admitted of Alice's reads, and its demand. */
    void applyRemote(long amount, double demandPerSecond, long now) {
        admission.applyRemote(other, alice, Scope.USER, Dimension.READ_OPS, amount, demandPerSecond, now);
    }

    /** Whether a read of Alice's is admitted. */
    boolean admits(long now) {
        boolean admitted = admission.admit(ALICE, "", OperationClass.READ, ticket, now) instanceof Verdict.Admitted;
        ticket.commit();
        ticket.release(now);
        return admitted;
    }
}

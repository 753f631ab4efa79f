package dev.sluice.proxy.testing;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.HoldingBounds;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.proxy.gate.Gate;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.response.RejectionForm;
import java.util.Map;

/**
 * A gate at which requests wait for one of a number of slots, so that a test decides whose turn it is and when: a slot is
 * free once its response has ended.
 */
public final class HoldingGate implements Gate {
    public final Admission admission;

    public HoldingGate(long slots, long maxWaitMillis) {
        admission = new Admission(
                new SubjectIds("test"),
                100,
                0,
                policy(slots, maxWaitMillis),
                PacingSettings.DEFAULT,
                new HoldingBounds(5_000, 5_000));
    }

    private static Policy policy(long slots, long maxWaitMillis) {
        Limit limit = Limit.concurrent(slots).with(OnExceed.waitUpTo(maxWaitMillis * 1_000_000));
        return new Policy(
                LimitSet.of(Dimension.CONCURRENT_REQUESTS, limit),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
    }

    @Override
    public GateDecision decide(RequestHead head, Ticket ticket, long nowNanos) {
        OperationClass operation = head.method() == HttpMethod.GET ? OperationClass.READ : OperationClass.WRITE;
        Verdict verdict = admission.admit(Identity.ofUser("alice"), "b", operation, ticket, nowNanos);
        if (verdict instanceof Verdict.Held held) {
            return new GateDecision.Wait(held.request(), GateDecision.Forward.CHARGED, "b", RejectionForm.S3);
        }
        return verdict instanceof Verdict.Rejected rejected
                ? new GateDecision.Reject(rejected, "b")
                : GateDecision.Forward.CHARGED;
    }

    /** How many requests wait. */
    public int waiting() {
        return admission.holding().waiting();
    }

    /** Lifts the limit. */
    public void open() {
        admission.policy(Policy.UNLIMITED, System.nanoTime());
    }
}

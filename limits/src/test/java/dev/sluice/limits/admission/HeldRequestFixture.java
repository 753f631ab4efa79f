package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Requests that wait, on a clock that the test moves. What became of each is in {@link #ends}. */
abstract class HeldRequestFixture {
    static final long MILLI = 1_000_000L;
    static final long SECOND = Limit.SECOND_NANOS;
    static final long START = 5_000 * SECOND;
    static final Identity ALICE = Identity.ofUser("alice");
    static final Identity BOB = Identity.ofUser("bob");
    static final OnExceed WAIT = OnExceed.waitUpTo(SECOND);

    final HoldingClock clock = new HoldingClock(START);
    /** What became of requests, in that order. */
    final List<String> ends = new ArrayList<>();

    static LimitSet reads(long perSecond, OnExceed onExceed) {
        return LimitSet.of(
                Dimension.READ_OPS,
                Limit.perSecond(perSecond, MeterAlgorithm.WINDOW).with(onExceed));
    }

    static Policy policy(LimitSet eachUser, LimitSet total, Map<String, LimitSet> buckets) {
        return new Policy(eachUser, LimitSet.UNLIMITED, LimitSet.UNLIMITED, total, Map.of(), buckets, Map.of());
    }

    static Policy eachUser(LimitSet limits) {
        return policy(limits, LimitSet.UNLIMITED, Map.of());
    }

    static Admission admission(Policy policy, int requestsMax, int perLimitMax) {
        return new Admission(
                new SubjectIds("test"),
                1_000,
                0,
                policy,
                PacingSettings.DEFAULT,
                new HoldingBounds(requestsMax, perLimitMax));
    }

    static Admission admission(Policy policy) {
        return admission(policy, 100, 100);
    }

    /** A client whose request goes to RGW once it is admitted, and stays there. */
    final class Client {
        final String name;
        final Ticket ticket = new Ticket();
        HeldRequest held;

        Client(String name) {
            this.name = name;
        }

        Client send(Admission admission, Identity identity, String bucket) {
            Verdict verdict = admission.admit(identity, bucket, OperationClass.READ, ticket, clock.nowNanos);
            if (verdict instanceof Verdict.Held waiting) {
                held = waiting.request();
                held.begin(clock, () -> end(held.conclude(ticket)), clock.nowNanos);
            } else {
                end(verdict);
            }
            return this;
        }

        private void end(Verdict verdict) {
            ends.add(name + (verdict instanceof Verdict.Admitted ? " admitted" : " rejected"));
            ticket.commit();
        }
    }

    Client send(Admission admission, String name, Identity identity, String bucket) {
        return new Client(name).send(admission, identity, bucket);
    }

    void fill(Admission admission, Identity identity, int requests) {
        for (int i = 0; i < requests; i++) {
            send(admission, "filler", identity, "");
        }
        assertThat(ends).hasSize(requests).allMatch("filler admitted"::equals);
        ends.clear();
    }

    void run(long millis) {
        clock.runUntil(clock.nowNanos + millis * MILLI);
    }
}

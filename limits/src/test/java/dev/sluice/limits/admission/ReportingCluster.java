package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.usage.LocalUsage;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The limiters of a cluster that report to each other every 100 ms, on a clock that the test moves. Time in which nobody asks
 * passes at once, but for its first and last seconds. A meter that knows all at once is charged with what they admit.
 */
final class ReportingCluster {
    private static final Identity CLIENT = Identity.ofUser("client");
    private static final QuotaName QUOTA = new QuotaName("ns", "client");
    private static final long INTERVAL = PacingSettings.DEFAULT.intervalNanos();
    private static final long URGENT_NANOS = INTERVAL / 10;
    /** A limit that is hardly used is reported that late. */
    private static final long EDGE_NANOS = 12 * Limit.SECOND_NANOS;

    private static final long REPORTED_NANOS = (UsageRegistry.VISITS_APART_MAX + 2) * INTERVAL;

    private final SubjectIds ids = new SubjectIds("test");
    private final Scope scope;
    private final SubjectId client;
    private final Admission[] nodes;
    private final RemoteNode[] remotes;
    private final long[] reported;
    private final long[] nextReport;
    private final long[] lastReport;
    private final boolean[] isUrgent;
    private final Ticket ticket = new Ticket();
    private final Dimension dimension;
    /** Of what all nodes admitted. */
    final Meter all;

    private final Limit limit;
    private final long epochOffsetNanos;
    private final long quietNanos;
    private long now;

    ReportingCluster(
            int size, Limit limit, long epochOffsetNanos, long quietNanos, long startNanos, SplittableRandom random) {
        this(
                size,
                limit,
                limit.unit() == Dimension.Unit.BYTES ? Dimension.READ_BYTES : Dimension.READ_OPS,
                epochOffsetNanos,
                quietNanos,
                startNanos,
                random);
    }

    /** With a limit on requests, or on {@link Dimension#TOKENS}. */
    ReportingCluster(
            int size,
            Limit limit,
            Dimension dimension,
            long epochOffsetNanos,
            long quietNanos,
            long startNanos,
            SplittableRandom random) {
        this.nodes = new Admission[size];
        this.remotes = new RemoteNode[size];
        this.reported = new long[size];
        this.nextReport = new long[size];
        this.lastReport = new long[size];
        this.isUrgent = new boolean[size];
        this.limit = limit;
        this.dimension = dimension;
        this.scope = dimension == Dimension.TOKENS ? Scope.QUOTA : Scope.USER;
        this.client = ids.of(scope, scope == Scope.QUOTA ? QUOTA.subject() : CLIENT.user());
        this.epochOffsetNanos = epochOffsetNanos;
        this.all = Meter.of(limit, epochOffsetNanos);
        this.quietNanos = quietNanos;
        this.now = startNanos;
        Map<String, LimitSet> limits =
                Map.of(scope == Scope.QUOTA ? QUOTA.subject() : CLIENT.user(), LimitSet.of(dimension, limit));
        Policy policy = scope == Scope.QUOTA
                ? Policy.UNLIMITED.with(new QuotaLimits(limits, Map.of()))
                : new Policy(
                        LimitSet.UNLIMITED,
                        LimitSet.UNLIMITED,
                        LimitSet.UNLIMITED,
                        LimitSet.UNLIMITED,
                        limits,
                        Map.of(),
                        Map.of());
        for (int i = 0; i < size; i++) {
            nodes[i] =
                    new Admission(ids, 10, epochOffsetNanos, policy, new PacingSettings(INTERVAL, random.nextLong()));
            nodes[i].updateMembership(new Membership(size, size, 1), now);
            remotes[i] = new RemoteNode();
            remotes[i].received(now);
            nextReport[i] = now + random.nextLong(INTERVAL);
        }
    }

    int size() {
        return nodes.length;
    }

    /**
     * That time, or one before it that leaves time for reports before the next edge of a long fixed window. What is reported
     * later counts in the next one.
     */
    long beforeEdge(long nanos) {
        long period = limit.periodNanos();
        long left = period - Math.floorMod(nanos + epochOffsetNanos, period);
        return period > 10 * REPORTED_NANOS && left < REPORTED_NANOS ? nanos - REPORTED_NANOS : nanos;
    }

    /** Lets the edge of a long fixed window pass if it comes soon. */
    void leaveEdge() {
        long period = limit.periodNanos();
        long left = period - Math.floorMod(now + epochOffsetNanos, period);
        if (period > 2 * EDGE_NANOS && left < EDGE_NANOS) {
            runTo(now + left + REPORTED_NANOS);
        }
    }

    /** Lets the nodes report until then. */
    void runTo(long untilNanos) {
        if (untilNanos - now > 2 * quietNanos) {
            report(now + quietNanos);
            long skipped = (untilNanos - quietNanos - now) / INTERVAL * INTERVAL;
            for (int i = 0; i < nextReport.length; i++) {
                nextReport[i] += skipped;
            }
        }
        report(untilNanos);
        now = Math.max(now, untilNanos);
    }

    private void report(long untilNanos) {
        while (true) {
            int first = 0;
            for (int i = 1; i < nodes.length; i++) {
                if (due(i) < due(first)) {
                    first = i;
                }
            }
            long at = due(first);
            if (at > untilNanos) {
                now = Math.max(now, untilNanos);
                return;
            }
            now = Math.max(now, at);
            int from = first;
            if (isUrgent[from] && at < nextReport[from]) {
                nodes[from].measureUrgent(usage -> send(from, usage), now);
            } else {
                nextReport[from] += INTERVAL;
                nodes[from].measure(usage -> send(from, usage), now);
            }
            isUrgent[from] = false;
            lastReport[from] = now;
        }
    }

    private long due(int node) {
        return isUrgent[node] ? Math.min(nextReport[node], lastReport[node] + URGENT_NANOS) : nextReport[node];
    }

    private void send(int from, LocalUsage usage) {
        long count = usage.admitted(dimension);
        long more = count - reported[from];
        reported[from] = count;
        double demand = usage.demand(dimension);
        remotes[from].received(now);
        for (int to = 0; to < nodes.length; to++) {
            if (to != from) {
                nodes[to].applyRemote(remotes[from], client, scope, dimension, more, demand, now);
            }
        }
        usage.countReported(dimension, more);
    }

    /**
     * A client asks a node for some operations: all that the limit has room for, as a list of deletes does, if one is admitted.
     * Of a limit on bytes it asks for an object of that length, and gets it at once.
     *
     * @return after what time to return; 0: admitted
     */
    long ask(int node, long units) {
        Verdict verdict = nodes[node].admit(CLIENT, "", OperationClass.READ, ticket, now);
        long retryNanos = 0;
        if (verdict instanceof Verdict.Rejected rejected) {
            retryNanos = rejected.retryAfterNanos();
        } else {
            ticket.commit();
            if (dimension == Dimension.READ_BYTES) {
                ticket.download().moved(units, now);
                all.charge(units, now);
            } else {
                all.charge(1, now);
                deferAsRoomAllows(units - 1);
            }
        }
        ticket.release(now);
        isUrgent[node] |= nodes[node].hasUrgentUpdate();
        return retryNanos;
    }

    /**
     * A call takes tokens of the quota at a node.
     *
     * @return after what time to return; 0: they were taken
     */
    long take(int node, long tokens) {
        TokenAdmission admission = nodes[node].tokens();
        TokenCharge call = admission.call(1);
        admission.add(call, 0, QUOTA, tokens, now);
        TokenAdmission.Outcome outcome = admission.take(call, now);
        isUrgent[node] |= nodes[node].hasUrgentUpdate();
        if (outcome instanceof TokenAdmission.Outcome.Refused refused) {
            return refused.waitNanos();
        }
        all.charge(tokens, now);
        return 0;
    }

    private void deferAsRoomAllows(long operations) {
        long more = (long) Math.min((double) operations, all.room(now));
        if (more > 0) {
            ticket.deferOperations(more, now);
            all.charge(more, now);
        }
    }

    long now() {
        return now;
    }
}

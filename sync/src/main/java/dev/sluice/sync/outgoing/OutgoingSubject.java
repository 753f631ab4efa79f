package dev.sluice.sync.outgoing;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.usage.LocalUsage;
import dev.sluice.sync.receipts.LostReports;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.UsageEntry;
import org.jspecify.annotations.Nullable;

/**
 * The state of one subject at the sender: what was reported of it, and what waits to be. Owned by the {@link
 * Reporter}.
 */
final class OutgoingSubject {
    private static final long NEVER = Long.MAX_VALUE;
    /** The longest time between two reports of a subject. */
    static final long REPEAT_NANOS = 1_250_000_000L;
    /** The same for a subject that hasn't changed for as long. */
    static final long UNCHANGED_REPEAT_NANOS = Report.SUBJECT_REPEAT_NANOS_MAX;

    private static final long UNCHANGED_NANOS = UNCHANGED_REPEAT_NANOS;
    private static final double SPREAD = 1 / 3.0;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private final SubjectId id;
    private final Scope scope;
    private final long[] lastRead = new long[Dimension.count()];
    private final long[] counts = new long[Dimension.count()];
    private final double[] demands = new double[Dimension.count()];
    private final ReportPriority reportPriority = new ReportPriority();
    private boolean changed = true;
    private boolean needsReceipts;
    private long born;
    private long changedNanos;
    private long visitedInTick;
    private long visitedNanos;
    private long unreportedSinceNanos;
    private long unreportedOperations;
    private double priority;
    private long deferredSinceNanos = NEVER;
    private long reportedNanos;
    /** Of the last update. */
    private @Nullable LocalUsage usage;

    /** Makes a new subject. All that the registry has counted was admitted since the last tick. */
    OutgoingSubject(SubjectId id, Scope scope, long lastTickNanos, long nowNanos) {
        this.id = id;
        this.scope = scope;
        visitedNanos = lastTickNanos;
        changedNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    /** Makes a subject that was in use before this incarnation began. What was counted until now is not reported. */
    static OutgoingSubject from(LocalUsage usage, long nowNanos) {
        OutgoingSubject subject = new OutgoingSubject(usage.id(), usage.scope(), nowNanos, nowNanos);
        for (int i = 0; i < subject.lastRead.length; i++) {
            long count = usage.admitted(Dimension.at(i));
            subject.lastRead[i] = Math.max(count, 0);
            subject.reportPriority.skip(Dimension.at(i), count);
        }
        return subject;
    }

    /** Reads the current counts; returns the priority of what has changed, as {@link ReportPriority#take}. */
    double update(LocalUsage usage, long tick, long nowNanos) {
        this.usage = usage;
        needsReceipts = usage.needsReceipts();
        visitedInTick = tick;
        long operations = 0;
        double priorityNow = 0;
        boolean isNew = false;
        for (int i = 0; i < counts.length; i++) {
            Dimension dimension = Dimension.at(i);
            long count = usage.admitted(dimension);
            double demand = usage.demand(dimension);
            priorityNow = Math.max(priorityNow, reportPriority.take(usage, dimension, count, demand));
            isNew |= demand != demands[i];
            demands[i] = demand;
            long before = counts[i];
            if (dimension.isGauge()) {
                // A gauge without a limit (-1) counts as 0: peers don't need it.
                counts[i] = Math.max(count, 0);
            } else if (count >= 0) {
                // The count of a limit that was removed and came back begins at 0.
                counts[i] += count >= lastRead[i] ? count - lastRead[i] : count;
                lastRead[i] = count;
            } else {
                lastRead[i] = 0;
            }
            isNew |= counts[i] != before;
            operations += dimension.unit() == Dimension.Unit.OPERATIONS ? counts[i] - before : 0;
        }
        priority += priorityNow;
        if (unreportedOperations == 0) {
            unreportedSinceNanos = visitedNanos;
        }
        unreportedOperations += operations;
        visitedNanos = nowNanos;
        if (isNew) {
            changedNanos = nowNanos;
            changed = true;
        }
        return priorityNow;
    }

    /** Whether the subject has changed since its last report. */
    boolean isChanged() {
        return changed;
    }

    boolean isVisitedSince(long tick) {
        return visitedInTick > tick;
    }

    long changedNanos() {
        return changedNanos;
    }

    /** Whether there is nothing to report: the subject was never reported and has no count and no demand. */
    boolean isEmpty() {
        if (born != 0) {
            return false;
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0 || demands[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Operations admitted since the last report of the subject, all of them after {@link #unreportedSinceNanos}. */
    long unreportedOperations() {
        return unreportedOperations;
    }

    long unreportedSinceNanos() {
        return unreportedSinceNanos;
    }

    /** The sum of the priorities since the last report of the subject. */
    double priority() {
        return priority;
    }

    /** The subject did not fit into a report. */
    void defer(long nowNanos) {
        deferredSinceNanos = isDeferred() ? deferredSinceNanos : nowNanos;
        if (usage != null) {
            usage.reportDeferred();
        }
    }

    /** What was read last was not worth a report. */
    void leaveOut() {
        if (usage != null && needsReceipts) {
            usage.reportDeferred();
        }
    }

    /** Whether it matters that each report of the subject is received. */
    boolean needsReceipts() {
        return needsReceipts;
    }

    /** Whether a peer may lack its last report, and nothing repeats it soon. */
    boolean isLost(LostReports lost) {
        return needsReceipts && born != 0 && lost.contains(reportedNanos);
    }

    boolean isDeferred() {
        return deferredSinceNanos != NEVER;
    }

    /** Since when the subject is deferred; {@link Long#MAX_VALUE} if it is not. */
    long deferredSinceNanos() {
        return deferredSinceNanos;
    }

    /** The size of its entry, or a little more. */
    int entryBytesMax() {
        return ReportCodec.entryBytesMax(counts, demands);
    }

    /**
     * Whether the subject must be repeated against loss. The time between repeats is random within a third, so that
     * subjects that were reported together spread over time.
     */
    boolean isDue(long nowNanos) {
        long repeatNanos = nowNanos - changedNanos < UNCHANGED_NANOS ? REPEAT_NANOS : UNCHANGED_REPEAT_NANOS;
        double chance = (((id.low() ^ reportedNanos) * MIX) >>> 11) * 0x1p-53;
        return nowNanos - reportedNanos >= repeatNanos * (1 - SPREAD * chance);
    }

    /** The current entry, for the report of that sequence. */
    UsageEntry entryFor(long sequence, long nowNanos) {
        reportedNanos = nowNanos;
        if (born == 0) {
            born = sequence;
        }
        changed = false;
        unreportedOperations = 0;
        priority = 0;
        deferredSinceNanos = NEVER;
        return new UsageEntry(id, scope, born, counts, demands);
    }
}

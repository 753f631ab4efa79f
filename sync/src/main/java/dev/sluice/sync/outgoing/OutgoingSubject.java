package dev.sluice.sync.outgoing;

import dev.sluice.limits.admission.LocalUsage;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.sync.wire.ReportCodec;
import dev.sluice.sync.wire.UsageEntry;

/** What a reporter has told its peers of one subject. Owned by the {@link Reporter}. */
public final class OutgoingSubject {
    private static final long NEVER = Long.MAX_VALUE;
    /** After which it is told again at the next visit at the latest. */
    static final long REPEAT_NANOS = 1_250_000_000L;
    /** Likewise, while it hasn't changed for as long. */
    public static final long UNCHANGED_REPEAT_NANOS = 10_000_000_000L;

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
    private long born;
    private long changedNanos;
    private long visitedInTick;
    private long visitedNanos;
    private long unreportedSinceNanos;
    private long unreportedOperations;
    private double priority;
    private long deferredSinceNanos = NEVER;
    private long reportedNanos;

    /** A subject that is new: all that the book says of it has been admitted since the last tick. */
    OutgoingSubject(SubjectId id, Scope scope, long lastTickNanos, long nowNanos) {
        this.id = id;
        this.scope = scope;
        visitedNanos = lastTickNanos;
        changedNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    /** A subject that the book knew before this incarnation began: what it counted so far is not ours to tell. */
    static OutgoingSubject from(LocalUsage usage, long nowNanos) {
        OutgoingSubject counts = new OutgoingSubject(usage.id(), usage.scope(), nowNanos, nowNanos);
        for (int i = 0; i < counts.lastRead.length; i++) {
            long count = usage.admitted(Dimension.at(i));
            counts.lastRead[i] = Math.max(count, 0);
            counts.reportPriority.skip(Dimension.at(i), count);
        }
        return counts;
    }

    /** Takes what the registry counts now; returns the priority of what has changed, as {@link ReportPriority#take}. */
    double update(LocalUsage usage, long tick, long nowNanos) {
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
                // Without a limit (-1) nobody needs to know of requests in flight.
                counts[i] = Math.max(count, 0);
            } else if (count >= 0) {
                // A limit that was removed and came back counts anew from 0.
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

    /** Whether it has changed since it was last told. */
    boolean isChanged() {
        return changed;
    }

    boolean isVisitedSince(long tick) {
        return visitedInTick > tick;
    }

    long changedNanos() {
        return changedNanos;
    }

    /** Whether peers know all there is without having heard of the subject: it was never told and counts nothing. */
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

    /** Operations admitted since the last entry; they began after {@link #unreportedSinceNanos}. */
    long unreportedOperations() {
        return unreportedOperations;
    }

    long unreportedSinceNanos() {
        return unreportedSinceNanos;
    }

    /** What has been pressing since the last entry, altogether. */
    double priority() {
        return priority;
    }

    /** It was to be told, and there was no room. */
    void defer(long nowNanos) {
        deferredSinceNanos = isDeferred() ? deferredSinceNanos : nowNanos;
    }

    boolean isDeferred() {
        return deferredSinceNanos != NEVER;
    }

    /** Since when it has been put off; the latest of all where it has not. */
    long deferredSinceNanos() {
        return deferredSinceNanos;
    }

    /** What its entry takes, or a little more. */
    int entryBytesMax() {
        return ReportCodec.entryBytesMax(counts, demands);
    }

    /**
     * Whether it is to be repeated: it was told as long ago as may be, or up to a third less. By how much is another chance each
     * time, so what was told at once is repeated ever further apart.
     */
    boolean isDue(long nowNanos) {
        long repeatNanos = nowNanos - changedNanos < UNCHANGED_NANOS ? REPEAT_NANOS : UNCHANGED_REPEAT_NANOS;
        double chance = (((id.low() ^ reportedNanos) * MIX) >>> 11) * 0x1p-53;
        return nowNanos - reportedNanos >= repeatNanos * (1 - SPREAD * chance);
    }

    /** The entry as it stands, for the report of that sequence. */
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

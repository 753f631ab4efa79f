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
    public static final long STILL_REPEAT_NANOS = 10_000_000_000L;

    private static final long STILL_NANOS = STILL_REPEAT_NANOS;
    private static final double SPREAD = 1 / 3.0;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private final SubjectId id;
    private final Scope scope;
    private final long[] read = new long[Dimension.count()];
    private final long[] told = new long[Dimension.count()];
    private final double[] demands = new double[Dimension.count()];
    private final ReportPriority priority = new ReportPriority();
    private boolean untold = true;
    private long born;
    private long changedNanos;
    private long visitedInTick;
    private long visitedNanos;
    private long untoldSinceNanos;
    private long untoldOperations;
    private double pressing;
    private long waitsSinceNanos = NEVER;
    private long toldNanos;

    /** A subject that is new: all that the book says of it has been admitted since the last tick. */
    OutgoingSubject(SubjectId id, Scope scope, long lastTickNanos, long nowNanos) {
        this.id = id;
        this.scope = scope;
        visitedNanos = lastTickNanos;
        changedNanos = nowNanos;
        toldNanos = nowNanos;
    }

    /** A subject that the book knew before this incarnation began: what it counted so far is not ours to tell. */
    static OutgoingSubject from(LocalUsage usage, long nowNanos) {
        OutgoingSubject told = new OutgoingSubject(usage.id(), usage.scope(), nowNanos, nowNanos);
        for (int i = 0; i < told.read.length; i++) {
            long count = usage.admitted(Dimension.at(i));
            told.read[i] = Math.max(count, 0);
            told.priority.skip(Dimension.at(i), count);
        }
        return told;
    }

    /** Takes what the registry counts now; returns the priority of what has changed, as {@link ReportPriority#take}. */
    double update(LocalUsage usage, long tick, long nowNanos) {
        visitedInTick = tick;
        long operations = 0;
        double priorityNow = 0;
        boolean news = false;
        for (int i = 0; i < told.length; i++) {
            Dimension dimension = Dimension.at(i);
            long count = usage.admitted(dimension);
            double demand = usage.demand(dimension);
            priorityNow = Math.max(priorityNow, priority.take(usage, dimension, count, demand));
            news |= demand != demands[i];
            demands[i] = demand;
            long before = told[i];
            if (dimension.isGauge()) {
                // Without a limit (-1) nobody needs to know of requests in flight.
                told[i] = Math.max(count, 0);
            } else if (count >= 0) {
                // A limit that was removed and came back counts anew from 0.
                told[i] += count >= read[i] ? count - read[i] : count;
                read[i] = count;
            } else {
                read[i] = 0;
            }
            news |= told[i] != before;
            operations += dimension.unit() == Dimension.Unit.OPERATIONS ? told[i] - before : 0;
        }
        pressing += priorityNow;
        if (untoldOperations == 0) {
            untoldSinceNanos = visitedNanos;
        }
        untoldOperations += operations;
        visitedNanos = nowNanos;
        if (news) {
            changedNanos = nowNanos;
            untold = true;
        }
        return priorityNow;
    }

    /** Whether it has changed since it was last told. */
    boolean isChanged() {
        return untold;
    }

    boolean isVisitedSince(long tick) {
        return visitedInTick > tick;
    }

    long changedNanos() {
        return changedNanos;
    }

    /** Whether peers know all there is without having heard of the subject: it was never told and counts nothing. */
    boolean isNothing() {
        if (born != 0) {
            return false;
        }
        for (int i = 0; i < told.length; i++) {
            if (told[i] != 0 || demands[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Operations admitted since the last entry; they began after {@link #untoldSinceNanos}. */
    long untoldOperations() {
        return untoldOperations;
    }

    long untoldSinceNanos() {
        return untoldSinceNanos;
    }

    /** What has been pressing since the last entry, altogether. */
    double pressing() {
        return pressing;
    }

    /** It was to be told, and there was no room. */
    void putOff(long nowNanos) {
        waitsSinceNanos = waits() ? waitsSinceNanos : nowNanos;
    }

    boolean waits() {
        return waitsSinceNanos != NEVER;
    }

    /** Since when it has been put off; the latest of all where it has not. */
    long waitsSinceNanos() {
        return waitsSinceNanos;
    }

    /** What its entry takes, or a little more. */
    int entryBytesMax() {
        return ReportCodec.entryBytesMax(told, demands);
    }

    /**
     * Whether it is to be repeated: it was told as long ago as may be, or up to a third less. By how much is another chance each
     * time, so what was told at once is repeated ever further apart.
     */
    boolean isDue(long nowNanos) {
        long repeatNanos = nowNanos - changedNanos < STILL_NANOS ? REPEAT_NANOS : STILL_REPEAT_NANOS;
        double chance = (((id.low() ^ toldNanos) * MIX) >>> 11) * 0x1p-53;
        return nowNanos - toldNanos >= repeatNanos * (1 - SPREAD * chance);
    }

    /** The entry as it stands, for the report of that sequence. */
    UsageEntry entryFor(long sequence, long nowNanos) {
        toldNanos = nowNanos;
        if (born == 0) {
            born = sequence;
        }
        untold = false;
        untoldOperations = 0;
        pressing = 0;
        waitsSinceNanos = NEVER;
        return new UsageEntry(id, scope, born, told, demands);
    }
}

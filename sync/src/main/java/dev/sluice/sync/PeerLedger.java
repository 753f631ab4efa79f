package dev.sluice.sync;

import dev.sluice.limits.Dimension;
import dev.sluice.limits.RemoteNode;
import dev.sluice.limits.Scope;
import dev.sluice.limits.SubjectId;
import dev.sluice.limits.UsageBook;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * What one incarnation of a peer has told, and what was charged for it. Owned by the {@link PeerTable}.
 *
 * <p>{@code baseline} parts its past from what happens under our eyes: a subject born in a later report is charged in
 * full when first heard of, one born before is taken as it stands. A gauge is a state, not a past: as long as the peer
 * is live, exactly its last value is charged.
 */
final class PeerLedger {
    /** Six times as long as a sender leaves a subject unsaid: five reports of it in a row may be lost. */
    private static final long UNSAID_NANOS_MAX = 6 * Reporter.STILL_REPEAT_NANOS;

    private final UsageBook book;
    private final RemoteNode from;
    private final ReceiveCounters counters;
    private final int subjectsMax;
    private final Map<SubjectId, Heard> subjects = new HashMap<>();
    private long baseline;

    /** What was last heard of one subject. */
    private static final class Heard {
        final Scope scope;
        final long[] counts = new long[Dimension.count()];
        final double[] demands = new double[Dimension.count()];
        long born;
        long heardNanos;

        Heard(Scope scope, long born) {
            this.scope = scope;
            this.born = born;
        }
    }

    PeerLedger(UsageBook book, RemoteNode from, ReceiveCounters counters, int subjectsMax) {
        this.book = book;
        this.from = from;
        this.counters = counters;
        this.subjectsMax = subjectsMax;
    }

    /** From here on subjects born in a report after that sequence are charged in full. */
    void rebase(long sequence) {
        baseline = sequence;
    }

    int subjects() {
        return subjects.size();
    }

    /** Charges what the entry says beyond what was heard before. {@code heardNanos} is of the listening clock. */
    void apply(Entry entry, long heardNanos, long nowNanos) {
        Heard heard = subjects.get(entry.id());
        boolean chargeAll;
        if (heard == null) {
            if (subjects.size() >= subjectsMax) {
                counters.overflowed++;
                // When there is room again its past is long over.
                baseline = Math.max(baseline, Math.max(entry.born(), 1));
                return;
            }
            heard = new Heard(entry.scope(), entry.born());
            subjects.put(entry.id(), heard);
            chargeAll = entry.born() > baseline || baseline == 0;
        } else if (entry.born() == heard.born || entry.born() == Entry.LONG_AGO) {
            chargeDifference(entry, heard, nowNanos);
            heard.heardNanos = heardNanos;
            return;
        } else if (entry.born() > heard.born) {
            heard.born = entry.born();
            chargeAll = true;
        } else {
            counters.anomalies++;
            return;
        }
        heard.heardNanos = heardNanos;
        chargeAnew(entry, heard, chargeAll, nowNanos);
    }

    private void chargeAnew(Entry entry, Heard heard, boolean chargeAll, long nowNanos) {
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            if (dimension.isGauge()) {
                charge(entry, heard, i, entry.count(i) - heard.counts[i], nowNanos);
            } else {
                charge(entry, heard, i, chargeAll ? entry.count(i) : 0, nowNanos);
            }
            heard.counts[i] = entry.count(i);
        }
    }

    private void chargeDifference(Entry entry, Heard heard, long nowNanos) {
        boolean fell = false;
        for (int i = 0; i < Dimension.count(); i++) {
            Dimension dimension = Dimension.at(i);
            long difference = entry.count(i) - heard.counts[i];
            if (difference < 0 && !dimension.isGauge()) {
                fell = true;
                if (entry.born() == Entry.LONG_AGO) {
                    // Born again, and nothing was heard of that birth: its past is over.
                    heard.counts[i] = entry.count(i);
                }
                continue;
            }
            charge(entry, heard, i, difference, nowNanos);
            heard.counts[i] = entry.count(i);
        }
        counters.anomalies += fell ? 1 : 0;
    }

    private void charge(Entry entry, Heard heard, int i, long amount, long nowNanos) {
        double demand = entry.demand(i);
        if (amount != 0 || demand != heard.demands[i]) {
            heard.demands[i] = demand;
            counters.operations += Dimension.at(i).unit() == Dimension.Unit.OPERATIONS ? amount : 0;
            book.hear(from, entry.id(), heard.scope, Dimension.at(i), amount, demand, nowNanos);
        }
    }

    /** Forgets all it told; its requests in flight no longer count. */
    void forget(long nowNanos) {
        subjects.forEach((id, heard) -> releaseGauges(id, heard, nowNanos));
        subjects.clear();
    }

    /** Forgets subjects that it has long stopped telling of. */
    void prune(long heardNanos, long silenceNanos, long nowNanos) {
        long unsaidNanosMax = Math.max(UNSAID_NANOS_MAX, 6 * silenceNanos);
        for (Iterator<Map.Entry<SubjectId, Heard>> it = subjects.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<SubjectId, Heard> next = it.next();
            Heard heard = next.getValue();
            if (heardNanos - heard.heardNanos > unsaidNanosMax) {
                releaseGauges(next.getKey(), heard, nowNanos);
                // Should it be told again with this birth, what it counts has been charged already.
                baseline = Math.max(baseline, Math.max(heard.born, 1));
                it.remove();
            }
        }
    }

    private void releaseGauges(SubjectId id, Heard heard, long nowNanos) {
        for (int i = 0; i < Dimension.count(); i++) {
            if (Dimension.at(i).isGauge() && heard.counts[i] != 0) {
                book.hear(from, id, heard.scope, Dimension.at(i), -heard.counts[i], 0, nowNanos);
            }
        }
    }
}

package dev.sluice.sync;

import dev.sluice.limits.Dimension;
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
    private final ReceiveCounters counters;
    private final int subjectsMax;
    private final Map<SubjectId, Heard> subjects = new HashMap<>();
    private long baseline;

    /** What was last heard of one subject. */
    private static final class Heard {
        final Scope scope;
        final long[] counts = new long[Dimension.count()];
        long born;
        long heardNanos;

        Heard(Scope scope, long born) {
            this.scope = scope;
            this.born = born;
        }
    }

    PeerLedger(UsageBook book, ReceiveCounters counters, int subjectsMax) {
        this.book = book;
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
                baseline = Math.max(baseline, entry.born());
                return;
            }
            heard = new Heard(entry.scope(), entry.born());
            subjects.put(entry.id(), heard);
            chargeAll = entry.born() > baseline;
        } else if (entry.born() == heard.born) {
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
                charge(entry.id(), heard, dimension, entry.count(i) - heard.counts[i], nowNanos);
            } else if (chargeAll) {
                charge(entry.id(), heard, dimension, entry.count(i), nowNanos);
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
                continue;
            }
            charge(entry.id(), heard, dimension, difference, nowNanos);
            heard.counts[i] = entry.count(i);
        }
        counters.anomalies += fell ? 1 : 0;
    }

    private void charge(SubjectId id, Heard heard, Dimension dimension, long amount, long nowNanos) {
        if (amount != 0) {
            book.chargeRemote(id, heard.scope, dimension, amount, nowNanos);
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
                baseline = Math.max(baseline, heard.born);
                it.remove();
            }
        }
    }

    private void releaseGauges(SubjectId id, Heard heard, long nowNanos) {
        for (int i = 0; i < Dimension.count(); i++) {
            if (Dimension.at(i).isGauge()) {
                charge(id, heard, Dimension.at(i), -heard.counts[i], nowNanos);
            }
        }
    }
}

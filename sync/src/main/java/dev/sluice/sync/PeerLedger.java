package dev.sluice.sync;

import dev.sluice.limits.Dimension;
import dev.sluice.limits.RemoteNode;
import dev.sluice.limits.SubjectId;
import dev.sluice.limits.UsageBook;
import java.util.concurrent.ThreadLocalRandom;

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
    private final HeardTable subjects;
    private long baseline;

    PeerLedger(UsageBook book, RemoteNode from, ReceiveCounters counters, int subjectsMax) {
        this.book = book;
        this.from = from;
        this.counters = counters;
        this.subjectsMax = subjectsMax;
        this.subjects = new HeardTable(ThreadLocalRandom.current().nextLong());
    }

    /** From here on subjects born in a report after that sequence are charged in full. */
    void rebase(long sequence) {
        baseline = sequence;
    }

    int subjects() {
        return subjects.size();
    }

    /** Charges what the entry says beyond what was heard before. {@code heardNanos} is of the listening clock. */
    void apply(EntryReader entry, long heardNanos, long nowNanos) {
        Heard heard = subjects.get(entry.high(), entry.low());
        boolean chargeAll;
        if (heard == null) {
            if (subjects.size() >= subjectsMax) {
                counters.overflowed++;
                // When there is room again its past is long over.
                baseline = Math.max(baseline, Math.max(entry.born(), 1));
                return;
            }
            heard = new Heard(new SubjectId(entry.high(), entry.low()), entry.scope(), entry.born());
            subjects.add(heard);
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

    private void chargeAnew(EntryReader entry, Heard heard, boolean chargeAll, long nowNanos) {
        for (int rest = heard.dimensions() | entry.dimensions(); rest != 0; rest &= rest - 1) {
            int i = Integer.numberOfTrailingZeros(rest);
            if (Dimension.at(i).isGauge()) {
                charge(entry, heard, i, entry.count(i) - heard.count(i), nowNanos);
            } else {
                charge(entry, heard, i, chargeAll ? entry.count(i) : 0, nowNanos);
            }
            heard.count(i, entry.count(i));
        }
    }

    private void chargeDifference(EntryReader entry, Heard heard, long nowNanos) {
        boolean fell = false;
        for (int rest = heard.dimensions() | entry.dimensions(); rest != 0; rest &= rest - 1) {
            int i = Integer.numberOfTrailingZeros(rest);
            long difference = entry.count(i) - heard.count(i);
            if (difference < 0 && !Dimension.at(i).isGauge()) {
                fell = true;
                if (entry.born() == Entry.LONG_AGO) {
                    // Born again, and nothing was heard of that birth: its past is over.
                    heard.count(i, entry.count(i));
                }
                continue;
            }
            charge(entry, heard, i, difference, nowNanos);
            heard.count(i, entry.count(i));
        }
        counters.anomalies += fell ? 1 : 0;
    }

    private void charge(EntryReader entry, Heard heard, int i, long amount, long nowNanos) {
        double demand = entry.demand(i);
        if (amount != 0 || demand != heard.demand(i)) {
            heard.demand(i, demand);
            counters.operations += Dimension.at(i).unit() == Dimension.Unit.OPERATIONS ? amount : 0;
            book.hear(from, heard.id, heard.scope, Dimension.at(i), amount, demand, nowNanos);
        }
    }

    /** Forgets all it told; its requests in flight no longer count. */
    void forget(long nowNanos) {
        subjects.forEach(heard -> releaseGauges(heard, nowNanos));
        subjects.clear();
    }

    /** Forgets subjects that it has long stopped telling of. */
    void prune(long heardNanos, long silenceNanos, long nowNanos) {
        long unsaidNanosMax = Math.max(UNSAID_NANOS_MAX, 6 * silenceNanos);
        subjects.removeIf(heard -> {
            boolean over = heardNanos - heard.heardNanos > unsaidNanosMax;
            if (over) {
                releaseGauges(heard, nowNanos);
                // Should it be told again with this birth, what it counts has been charged already.
                baseline = Math.max(baseline, Math.max(heard.born, 1));
            }
            return over;
        });
    }

    private void releaseGauges(Heard heard, long nowNanos) {
        for (int rest = heard.dimensions(); rest != 0; rest &= rest - 1) {
            int i = Integer.numberOfTrailingZeros(rest);
            if (Dimension.at(i).isGauge() && heard.count(i) != 0) {
                book.hear(from, heard.id, heard.scope, Dimension.at(i), -heard.count(i), 0, nowNanos);
            }
        }
    }
}

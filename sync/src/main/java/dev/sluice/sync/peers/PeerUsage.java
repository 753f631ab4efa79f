package dev.sluice.sync.peers;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.RemoteUsageSink;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.trust.AccountMemory;
import dev.sluice.sync.trust.RefusalCounters;
import dev.sluice.sync.trust.RefusedPart;
import dev.sluice.sync.trust.SubjectMemory;
import dev.sluice.sync.wire.Report;
import dev.sluice.sync.wire.UsageEntry;
import dev.sluice.sync.wire.UsageEntryReader;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The usage that one incarnation of a peer has reported, and what was charged of it. Owned by the {@link
 * PeerTable}.
 *
 * <p>{@code baseline} is a sequence. A subject born in a later report is charged in full at its first entry; a
 * subject born before is taken without a charge. A gauge has no past: while the peer is live, exactly its last
 * value is charged.
 */
final class PeerUsage {
    /** Six times the longest time between two reports of a subject: five of them in a row may be lost. */
    private static final long UNREPORTED_NANOS_MAX = 6 * Report.SUBJECT_REPEAT_NANOS_MAX;

    /**
     * The entries whose subjects are looked up at once. They fit into the processor's caches with all that belongs
     * to them.
     */
    private static final int BLOCK = 64;

    private final UsageRegistry registry;
    private final RemoteNode from;
    private final ReceiveCounters counters;
    private final RefusalCounters refusals;
    private final int subjectsMax;
    private final SubjectMemory.Part memory;
    private final AccountMemory ofAccounts;
    private long heldOfAccounts;
    private final ReceivedSubjectTable subjects;
    private final long[] highs = new long[BLOCK];
    private final long[] lows = new long[BLOCK];
    private final @Nullable ReceivedSubject[] found = new ReceivedSubject[BLOCK];

    @SuppressWarnings("UnusedVariable") // keeps the compiler from dropping the reads
    private long prefetched;

    private long baseline;

    /**
     * Makes the usage of a peer that reported nothing yet.
     *
     * @param refusals of its link
     */
    PeerUsage(
            UsageRegistry registry,
            RemoteNode from,
            ReceiveCounters counters,
            RefusalCounters refusals,
            int subjectsMax,
            SubjectMemory memory) {
        this.registry = registry;
        this.from = from;
        this.counters = counters;
        this.refusals = refusals;
        this.subjectsMax = subjectsMax;
        this.memory = memory.part(this::makeRoom);
        this.ofAccounts = memory.ofAccounts();
        this.subjects = new ReceivedSubjectTable(ThreadLocalRandom.current().nextLong());
    }

    /** Charges subjects in full that are born in a report after that sequence. */
    void setBaseline(long sequence) {
        baseline = sequence;
    }

    private void refuse(RefusedPart part, long nowNanos) {
        counters.refuse(part);
        refusals.count(part, nowNanos);
    }

    int subjects() {
        return subjects.size();
    }

    /**
     * Charges the growth of all entries.
     *
     * @param receivedNanos of the receive clock
     * @return the number of entries
     */
    long apply(UsageEntryReader entries, long receivedNanos, long nowNanos) {
        long all = 0;
        for (int block = prefetch(entries); block > 0; block = prefetch(entries)) {
            for (int i = 0; i < block; i++) {
                entries.next();
                apply(entries, found[i], receivedNanos, nowNanos);
            }
            all += block;
        }
        return all;
    }

    /**
     * Looks up the subjects of the next entries and reads their memory; the entries stay unread. In a large cluster
     * the subjects lie all over the memory. Waiting for one after the other would take most of the time of a
     * report.
     */
    private int prefetch(UsageEntryReader entries) {
        int position = entries.position();
        long left = entries.left();
        int block = 0;
        while (block < BLOCK && entries.next()) {
            highs[block] = entries.high();
            lows[block++] = entries.low();
        }
        entries.rewindTo(position, left);
        for (int i = 0; i < block; i++) {
            found[i] = subjects.get(highs[i], lows[i]);
        }
        for (int i = 0; i < block; i++) {
            ReceivedSubject subject = found[i];
            prefetched += subject == null || subject.sink == null ? 0 : subject.count;
        }
        for (int i = 0; i < block; i++) {
            ReceivedSubject subject = found[i];
            prefetched += subject == null ? 0 : subject.prefetchSink();
        }
        return block;
    }

    private void apply(UsageEntryReader entry, @Nullable ReceivedSubject known, long receivedNanos, long nowNanos) {
        // It may come twice in one report.
        ReceivedSubject subject = known != null ? known : subjects.get(entry.high(), entry.low());
        boolean chargeAll;
        if (subject == null) {
            SubjectId id = new SubjectId(entry.high(), entry.low());
            int bytes = bytes(entry.dimensions());
            boolean hasPlace = subjects.size() < subjectsMax;
            boolean isOfAccount =
                    hasPlace && hasAccount(id, entry.dimensions()) && ofAccounts.take(bytes, heldOfAccounts);
            if (!isOfAccount && !(hasPlace && memory.take(bytes, nowNanos))) {
                refuse(RefusedPart.MEMORY, nowNanos);
                // When there is room again, its past must not be charged.
                baseline = Math.max(baseline, Math.max(entry.born(), 1));
                return;
            }
            subject = new ReceivedSubject(id, entry.scope(), entry.born());
            subjects.add(subject);
            subject.bytes = bytes;
            subject.isOfAccount = isOfAccount;
            heldOfAccounts += isOfAccount ? bytes : 0;
            chargeAll = entry.born() > baseline || baseline == 0;
        } else if (entry.born() == subject.born || entry.born() == UsageEntry.BORN_UNKNOWN) {
            chargeDifference(entry, subject, nowNanos);
            subject.receivedNanos = receivedNanos;
            return;
        } else if (entry.born() > subject.born) {
            subject.born = entry.born();
            chargeAll = true;
        } else {
            refuse(RefusedPart.CONTRADICTION, nowNanos);
            return;
        }
        subject.receivedNanos = receivedNanos;
        chargeNewBirth(entry, subject, chargeAll, nowNanos);
    }

    /** Of a known subject further dimensions may be reported. */
    private void countMemory(UsageEntryReader entry, ReceivedSubject subject) {
        int bytes = bytes(subject.dimensions() | entry.dimensions());
        if (bytes > subject.bytes) {
            int more = bytes - subject.bytes;
            if (subject.isOfAccount) {
                ofAccounts.add(more);
                heldOfAccounts += more;
            } else {
                memory.add(more);
            }
            subject.bytes = bytes;
        }
    }

    private void releaseMemory(ReceivedSubject subject) {
        if (subject.isOfAccount) {
            ofAccounts.release(subject.bytes);
            heldOfAccounts -= subject.bytes;
        } else {
            memory.release(subject.bytes);
        }
    }

    /** Whether this node counts one of the subject's limits already. */
    private boolean hasAccount(SubjectId id, int dimensions) {
        for (int rest = dimensions; rest != 0; rest &= rest - 1) {
            if (registry.sink(id, Dimension.at(Integer.numberOfTrailingZeros(rest)))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static int bytes(int dimensions) {
        return SubjectMemory.SUBJECT_BYTES + SubjectMemory.COUNT_BYTES * Math.max(0, Integer.bitCount(dimensions) - 1);
    }

    private void chargeNewBirth(UsageEntryReader entry, ReceivedSubject subject, boolean chargeAll, long nowNanos) {
        countMemory(entry, subject);
        for (int rest = subject.dimensions() | entry.dimensions(); rest != 0; rest &= rest - 1) {
            ReceivedCount part = subject.part(Integer.numberOfTrailingZeros(rest));
            long count = count(entry, part.ordinal);
            if (Dimension.at(part.ordinal).isGauge()) {
                charge(entry, subject, part, count - part.count, nowNanos);
            } else {
                charge(entry, subject, part, chargeAll ? count : 0, nowNanos);
            }
            part.count = count;
        }
    }

    private void chargeDifference(UsageEntryReader entry, ReceivedSubject subject, long nowNanos) {
        countMemory(entry, subject);
        boolean fell = false;
        for (int rest = subject.dimensions() | entry.dimensions(); rest != 0; rest &= rest - 1) {
            ReceivedCount part = subject.part(Integer.numberOfTrailingZeros(rest));
            long count = count(entry, part.ordinal);
            long difference = count - part.count;
            if (difference < 0 && !Dimension.at(part.ordinal).isGauge()) {
                fell = true;
                if (entry.born() == UsageEntry.BORN_UNKNOWN) {
                    // The subject was born again, and no report of that birth came: the count is a new baseline.
                    part.count = count;
                }
                continue;
            }
            charge(entry, subject, part, difference, nowNanos);
            part.count = count;
        }
        if (fell) {
            refuse(RefusedPart.CONTRADICTION, nowNanos);
        }
    }

    /** A gauge is given back as it was taken: so it is cut off here, where the limiter would else have to remember by how much. */
    private static long count(UsageEntryReader entry, int ordinal) {
        long count = entry.count(ordinal);
        return Dimension.at(ordinal).isGauge() ? Math.min(count, Limit.AMOUNT_MAX) : count;
    }

    private void charge(
            UsageEntryReader entry, ReceivedSubject subject, ReceivedCount part, long amount, long nowNanos) {
        double demand = entry.demand(part.ordinal);
        if (amount != 0 || demand != part.demand) {
            Dimension dimension = Dimension.at(part.ordinal);
            part.demand = demand;
            RemoteUsageSink sink = part.sink;
            long refused;
            if (sink != null && sink.isCurrent()) {
                refused = sink.applyRemote(from, amount, demand, nowNanos);
            } else {
                refused = registry.applyRemote(from, subject.id, subject.scope, dimension, amount, demand, nowNanos);
                part.sink = registry.sink(subject.id, dimension).orElse(null);
            }
            if (dimension.unit() == Dimension.Unit.OPERATIONS) {
                counters.addOperations(amount - refused);
            }
            if (refused > 0) {
                refuse(RefusedPart.AMOUNT, nowNanos);
            }
        }
    }

    /** Forgets all that was reported. The peer's requests in flight no longer count. */
    void forget(long nowNanos) {
        subjects.forEach(subject -> releaseGauges(subject, nowNanos));
        subjects.clear();
        memory.releaseAll();
        ofAccounts.release(heldOfAccounts);
        heldOfAccounts = 0;
    }

    /**
     * Another peer needs the memory. What is reported of these subjects later is charged from there on. Those in the memory
     * for accounts stay.
     */
    private void makeRoom(long nowNanos) {
        refuse(RefusedPart.MEMORY, nowNanos);
        subjects.removeIf(subject -> {
            if (!subject.isOfAccount) {
                releaseGauges(subject, nowNanos);
                baseline = Math.max(baseline, Math.max(subject.born, 1));
            }
            return !subject.isOfAccount;
        });
        if (heldOfAccounts == 0) {
            subjects.clear();
        }
        memory.releaseAll();
    }

    /** Forgets subjects that the peer has not reported for long. */
    void prune(long receivedNanos, long silenceNanos, long nowNanos) {
        long unreportedNanosMax = Math.max(UNREPORTED_NANOS_MAX, 6 * silenceNanos);
        subjects.removeIf(subject -> {
            boolean over = receivedNanos - subject.receivedNanos > unreportedNanosMax;
            if (over) {
                releaseGauges(subject, nowNanos);
                releaseMemory(subject);
                // If an entry of this birth comes again, its counts have been charged already.
                baseline = Math.max(baseline, Math.max(subject.born, 1));
            }
            return over;
        });
    }

    private void releaseGauges(ReceivedSubject subject, long nowNanos) {
        for (int rest = subject.dimensions(); rest != 0; rest &= rest - 1) {
            ReceivedCount part = subject.part(Integer.numberOfTrailingZeros(rest));
            Dimension dimension = Dimension.at(part.ordinal);
            if (dimension.isGauge() && part.count != 0) {
                registry.applyRemote(from, subject.id, subject.scope, dimension, -part.count, 0, nowNanos);
            }
        }
    }
}

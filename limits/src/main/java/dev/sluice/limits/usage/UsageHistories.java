package dev.sluice.limits.usage;

import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.LedgerHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The histories of all limits that an origin has, those that have used most of it first. The list is made at once, and is small beside
 * the accounts. Each history is read when it is its turn, because ages are of that moment. Owned by one thread.
 */
public final class UsageHistories {
    /** No limit was used. */
    public static final UsageHistories NONE = new UsageHistories(List.of());

    /** Limits are ordered by sixteenths of what they have used. */
    private static final int PARTS = 16;

    private static final double LAST_PART = 1 - 0.5 / PARTS;

    private final List<Ledger> used;
    private int read;

    private UsageHistories(List<Ledger> used) {
        this.used = used;
    }

    /** Collects limits, those first that have used most of what they have. */
    public static final class Builder {
        private final HistoryOrigin origin;
        private final long nowNanos;
        private final List<List<Ledger>> byPart = new ArrayList<>();

        /** None yet. */
        public Builder(HistoryOrigin origin, long nowNanos) {
            this.origin = origin;
            this.nowNanos = nowNanos;
            for (int i = 0; i < PARTS; i++) {
                byPart.add(new ArrayList<>());
            }
        }

        /** Adds a limit, if the origin has used any of it. */
        public void add(Ledger ledger) {
            double part = LedgerHistory.usedPart(ledger, origin, nowNanos);
            if (part > 0) {
                byPart.get(PARTS - 1 - (int) (Math.min(part, LAST_PART) * PARTS))
                        .add(ledger);
            }
        }

        /** All that were added. They are not sorted: of a million limits that would keep the reports waiting. */
        public UsageHistories build() {
            List<Ledger> used = new ArrayList<>();
            byPart.forEach(used::addAll);
            return new UsageHistories(used);
        }
    }

    /** Whether there is a next one. */
    public boolean hasNext() {
        return read < used.size();
    }

    /** The next history as of now; empty: nothing of it counts any more. */
    public Optional<SubjectHistory> next(long nowNanos) {
        Ledger next = used.get(read++);
        SubjectHistory history = new SubjectHistory(
                next.owner().id(), next.owner().scope(), next.dimension(), LedgerHistory.of(next, nowNanos));
        return history.usage().size() == 0 ? Optional.empty() : Optional.of(history);
    }

    /** What was ever charged to these limits: while it is the same, nothing was used. */
    public long charged() {
        long sum = 0;
        for (Ledger ledger : used) {
            sum += ledger.charged();
        }
        return sum;
    }
}

package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
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

    private final List<Used> used;
    private int read;

    private record Used(Account account, Ledger ledger) {}

    private UsageHistories(List<Used> used) {
        this.used = used;
    }

    /** Of those accounts. */
    static UsageHistories of(Iterable<Account> accounts, HistoryOrigin origin, long nowNanos) {
        // Not sorted: of a million limits that would keep the reports waiting.
        List<List<Used>> byPart = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            byPart.add(new ArrayList<>());
        }
        for (Account account : accounts) {
            for (int i = 0; i < Dimension.count(); i++) {
                Ledger ledger = account.ledger(Dimension.at(i));
                double part = ledger == null ? 0 : LedgerHistory.usedPart(ledger, origin, nowNanos);
                if (ledger != null && part > 0) {
                    byPart.get(PARTS - 1 - (int) (Math.min(part, LAST_PART) * PARTS))
                            .add(new Used(account, ledger));
                }
            }
        }
        List<Used> used = new ArrayList<>();
        byPart.forEach(used::addAll);
        return new UsageHistories(used);
    }

    /** Whether there is a next one. */
    public boolean hasNext() {
        return read < used.size();
    }

    /** The next history as of now; empty: nothing of it counts any more. */
    public Optional<SubjectHistory> next(long nowNanos) {
        Used next = used.get(read++);
        SubjectHistory history = new SubjectHistory(
                next.account.id, next.account.scope, next.ledger.dimension(), LedgerHistory.of(next.ledger, nowNanos));
        return history.usage().size() == 0 ? Optional.empty() : Optional.of(history);
    }

    /** What was ever charged to these limits: while it is the same, nothing was used. */
    public long charged() {
        long sum = 0;
        for (Used limit : used) {
            sum += limit.ledger.charged();
        }
        return sum;
    }
}

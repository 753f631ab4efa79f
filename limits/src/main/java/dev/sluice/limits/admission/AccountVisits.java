package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import java.util.List;

/** Shows accounts to a visitor, with arrays that are used again for each. */
final class AccountVisits {
    /** Accounts that are read from memory at once. */
    static final int BLOCK = 64;

    private final UsageRegistry.Visitor visitor;
    private final long[] counts = new long[Dimension.count()];
    private final double[] demands = new double[Dimension.count()];

    @SuppressWarnings("UnusedVariable") // lest the compiler leave out the reads whose sum it is
    private long fetched;

    AccountVisits(UsageRegistry.Visitor visitor) {
        this.visitor = visitor;
    }

    /**
     * Measures and visits some accounts, and empties the list. All are read before the first is measured: where there are many,
     * a tick is mostly waiting for memory, and waiting for them together is much sooner over than one by one.
     */
    void tick(List<Account> some, long nowNanos) {
        for (Account account : some) {
            fetched += account.fetchAll();
        }
        for (Account account : some) {
            visit(account, account.tick(nowNanos));
        }
        some.clear();
    }

    /** Accounts that nothing was asked of on this node are left out. */
    void visit(Account account, double pressing) {
        boolean wanted = account.admittedHere();
        for (int i = 0; i < counts.length; i++) {
            Ledger ledger = account.ledger(Dimension.at(i));
            counts[i] = ledger == null ? -1 : ledger.admitted();
            demands[i] = ledger == null ? 0 : ledger.saidDemand();
            wanted |= demands[i] > 0;
        }
        if (wanted) {
            visitor.subject(account.id, account.scope, counts, demands, pressing);
        }
    }
}

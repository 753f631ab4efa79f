package dev.sluice.limits.admission;

import java.util.List;

/** Measures accounts in blocks and shows them to a visitor. */
final class AccountVisits {
    /** Accounts that are read from memory at once. */
    static final int BLOCK = 64;

    private final UsageRegistry.Visitor visitor;

    @SuppressWarnings("UnusedVariable") // lest the compiler leave out the reads whose sum it is
    private long fetched;

    AccountVisits(UsageRegistry.Visitor visitor) {
        this.visitor = visitor;
    }

    /**
     * Measures and visits some accounts, and empties the list. All are read before the first is measured: where there are many,
     * a tick is mostly waiting for memory, and waiting for them together is much sooner over than one by one.
     */
    void measure(List<Account> some, long nowNanos) {
        for (Account account : some) {
            fetched += account.fetchAll();
        }
        for (Account account : some) {
            measure(account, nowNanos);
        }
        some.clear();
    }

    /** Measures and visits one account. */
    void measure(Account account, long nowNanos) {
        account.measure(nowNanos);
        visit(account);
    }

    /** Visits the account if this node uses it. */
    void visit(Account account) {
        if (account.isUsedHere()) {
            visitor.visit(account);
        }
    }
}

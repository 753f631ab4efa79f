package dev.sluice.limits;

/** Shows accounts to a visitor, with arrays that are used again for each. */
final class Tour {
    private final UsageBook.Visitor visitor;
    private final long[] counts = new long[Dimension.count()];
    private final double[] demands = new double[Dimension.count()];

    Tour(UsageBook.Visitor visitor) {
        this.visitor = visitor;
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

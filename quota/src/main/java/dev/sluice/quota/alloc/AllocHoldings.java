package dev.sluice.quota.alloc;

import java.util.List;

/**
 * Who holds what of a quota. Immutable.
 *
 * @param leased the part of what is allocated that has a lease
 * @param leases in the order of their ends, the first of them
 * @param moreLeases how many were left out
 */
public record AllocHoldings(QuotaView view, long leased, List<AllocLease> leases, int moreLeases) {
    /** Of a quota that there is not. */
    public static final AllocHoldings NONE = new AllocHoldings(new QuotaView(0, 0, 0, 0), 0, List.of(), 0);

    /** Copies. */
    public AllocHoldings {
        leases = List.copyOf(leases);
    }
}

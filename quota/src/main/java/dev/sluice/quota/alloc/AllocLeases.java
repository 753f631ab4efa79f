package dev.sluice.quota.alloc;

import dev.sluice.limits.model.QuotaName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The leases of an {@link AllocState}, by number and by their ends. Numbers are never used again. */
final class AllocLeases {
    private static final Comparator<AllocLease> BY_END =
            Comparator.comparingLong(AllocLease::expiresMillis).thenComparingLong(AllocLease::number);

    private final Map<Long, AllocLease> byNumber = new HashMap<>();
    private final TreeSet<AllocLease> byEnd = new TreeSet<>(BY_END);
    private long lastNumber;

    /** Makes a lease; returns its number. */
    long add(QuotaName quota, long tokens, LeaseTerms terms, long nowMillis) {
        put(new AllocLease(lastNumber + 1, quota, tokens, terms.holder(), nowMillis + terms.millis()));
        return lastNumber;
    }

    /** Adds a lease, or replaces the one of the same number. */
    void put(AllocLease lease) {
        remove(lease.number());
        byNumber.put(lease.number(), lease);
        byEnd.add(lease);
        lastNumber = Math.max(lastNumber, lease.number());
    }

    @Nullable
    AllocLease get(long number) {
        return byNumber.get(number);
    }

    /** Takes tokens from a lease, which ends with its last one. */
    void reduce(long number, long tokens) {
        AllocLease lease = byNumber.get(number);
        if (lease != null && lease.tokens() > tokens) {
            put(lease.withTokens(lease.tokens() - tokens));
        } else {
            remove(number);
        }
    }

    void remove(long number) {
        AllocLease lease = byNumber.remove(number);
        if (lease != null) {
            byEnd.remove(lease);
        }
    }

    void removeOf(QuotaName quota) {
        of(quota).forEach(lease -> remove(lease.number()));
    }

    /** The first that is over by then. */
    @Nullable
    AllocLease firstOver(long nowMillis) {
        return nextExpiryMillis() <= nowMillis ? byEnd.first() : null;
    }

    long nextExpiryMillis() {
        return byEnd.isEmpty() ? Long.MAX_VALUE : byEnd.first().expiresMillis();
    }

    List<AllocLease> of(QuotaName quota) {
        return byEnd.stream().filter(lease -> lease.quota().equals(quota)).toList();
    }

    int count() {
        return byNumber.size();
    }

    List<AllocLease> all() {
        return List.copyOf(byEnd);
    }

    long lastNumber() {
        return lastNumber;
    }

    void lastNumber(long number) {
        lastNumber = Math.max(lastNumber, number);
    }
}

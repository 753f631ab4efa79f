package dev.sluice.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests: every limit that applies (total, tenant, user or anonymous, bucket) is checked, and either all
 * are charged or none.
 *
 * <p>O(1), no lock; an admission allocates nothing. What a limit has is taken at once by compare-and-set and given
 * back if a later limit of the same request refuses, so that two event loops never both take the last unit. What the
 * cluster used is what the local meters hold plus what peers report through {@link #chargeRemote}; it is late by the
 * sync interval.
 *
 * <p>Thread-safe. Time is always an argument and monotonic.
 */
public final class Admission implements UsageBook {
    /** How long an account must be idle before it is forgotten, at least. */
    static final long IDLE_NANOS = 60 * Limit.SECOND_NANOS;

    private final AccountTable accounts;
    private final LongAdder[][] rejectedBy = new LongAdder[Scope.count()][Dimension.count()];

    /**
     * Starts with a policy.
     *
     * @param maxAccounts how many subjects may have an account of their own at a time
     * @param epochOffsetNanos wall clock minus monotonic time at the start; places the period edges of
     *     {@link MeterKind#SEED}
     */
    public Admission(SubjectIds ids, int maxAccounts, long epochOffsetNanos, Policy policy) {
        this.accounts = new AccountTable(ids, maxAccounts, epochOffsetNanos, policy);
        for (LongAdder[] row : rejectedBy) {
            for (int i = 0; i < row.length; i++) {
                row[i] = new LongAdder();
            }
        }
    }

    /** Swaps the limits; what was charged stays. */
    public void policy(Policy policy, long nowNanos) {
        accounts.policy(policy, nowNanos);
    }

    public Policy policy() {
        return accounts.policy();
    }

    /**
     * Decides about one request.
     *
     * @param bucket {@code name} or {@code tenant:name}; empty: none
     * @param ticket the connection's own; whatever it held is given back first
     */
    public Verdict admit(Identity who, String bucket, OperationClass operation, Ticket ticket, long nowNanos) {
        ticket.release(nowNanos);
        Rejection rejection = take(accounts.of(Scope.TOTAL, "", nowNanos), operation, ticket, null, nowNanos);
        if (who.isAnonymous()) {
            rejection = take(accounts.of(Scope.ANONYMOUS, "", nowNanos), operation, ticket, rejection, nowNanos);
        } else {
            if (!who.tenant().isEmpty()) {
                Account tenant = accounts.of(Scope.TENANT, who.tenant(), nowNanos);
                rejection = take(tenant, operation, ticket, rejection, nowNanos);
            }
            Account user = accounts.of(Scope.USER, who.user(), nowNanos);
            rejection = take(user, operation, ticket, rejection, nowNanos);
        }
        if (!bucket.isEmpty()) {
            Account bucketAccount = accounts.of(Scope.BUCKET, bucket, nowNanos);
            rejection = take(bucketAccount, operation, ticket, rejection, nowNanos);
        }
        if (rejection == null) {
            return Verdict.ADMITTED;
        }
        ticket.release(nowNanos);
        return reject(rejection);
    }

    /** The limit that refused, with the longest wait of those that did. */
    private record Rejection(Ledger ledger, long waitNanos) {}

    private @Nullable Rejection take(
            @Nullable Account account,
            OperationClass operation,
            Ticket ticket,
            @Nullable Rejection before,
            long nowNanos) {
        if (account == null) {
            return before;
        }
        Ledger readBytes = account.ledger(Dimension.READ_BYTES);
        Ledger writeBytes = account.ledger(Dimension.WRITE_BYTES);
        ticket.account(readBytes, writeBytes);
        boolean reads = operation == OperationClass.READ || operation == OperationClass.LIST;
        Rejection rejection = take(account.ledger(operation), 1, ticket, before, nowNanos);
        rejection = take(reads ? readBytes : writeBytes, 0, ticket, rejection, nowNanos);
        return take(account.ledger(Dimension.CONCURRENT_REQUESTS), 1, ticket, rejection, nowNanos);
    }

    private static @Nullable Rejection take(
            @Nullable Ledger ledger, long cost, Ticket ticket, @Nullable Rejection before, long nowNanos) {
        if (ledger == null) {
            return before;
        }
        Meter meter = ledger.meter();
        if (before == null && meter.tryCharge(cost, nowNanos)) {
            if (cost > 0) {
                ticket.charged(ledger, meter, nowNanos);
            }
            return null;
        }
        long waitNanos = meter.waitNanos(nowNanos);
        if (before != null && waitNanos == 0) {
            return before;
        }
        if (ledger.limit().onExceed() == OnExceed.SHADOW) {
            if (before == null) {
                ledger.wouldReject.increment();
            }
            return before;
        }
        return before == null || waitNanos > before.waitNanos ? new Rejection(ledger, waitNanos) : before;
    }

    private Verdict reject(Rejection rejection) {
        Ledger ledger = rejection.ledger;
        ledger.rejected.increment();
        Scope scope = ledger.account.scope;
        rejectedBy[scope.ordinal()][ledger.dimension.ordinal()].increment();
        return new Verdict.Rejected(
                scope, ledger.account.label(), ledger.dimension, ledger.limit(), rejection.waitNanos);
    }

    @Override
    public void forEachSubject(Visitor visitor) {
        long[] counts = new long[Dimension.count()];
        for (Account account : accounts.all()) {
            if (account.admittedHere()) {
                for (int i = 0; i < counts.length; i++) {
                    Ledger ledger = account.ledger(Dimension.at(i));
                    counts[i] = ledger == null ? -1 : ledger.admitted();
                }
                visitor.subject(account.id, account.scope, counts);
            }
        }
    }

    @Override
    public void chargeRemote(SubjectId id, Scope scope, Dimension dimension, long amount, long nowNanos) {
        Account account = accounts.of(id, scope, nowNanos);
        Ledger ledger = account == null ? null : account.ledger(dimension);
        if (ledger != null) {
            ledger.charge(amount, nowNanos);
        }
    }

    /** Forgets what has been idle for a minute and three periods of its limits. To be called every few seconds. */
    public void forgetIdle(long nowNanos) {
        accounts.forgetIdle(nowNanos, IDLE_NANOS);
    }

    /** Every limit in use, for people; at most {@code most} of them. */
    public List<Usage> usage(int most, long nowNanos) {
        List<Usage> rows = new ArrayList<>();
        for (Account account : accounts.all()) {
            for (int i = 0; i < Dimension.count() && rows.size() < most; i++) {
                Ledger ledger = account.ledger(Dimension.at(i));
                if (ledger != null) {
                    rows.add(usage(ledger, nowNanos));
                }
            }
        }
        return rows;
    }

    private static Usage usage(Ledger ledger, long nowNanos) {
        Limit limit = ledger.limit();
        Meter meter = ledger.meter();
        long used = meter.used(nowNanos);
        long capacity = limit.meter() == MeterKind.BUCKET && limit.periodNanos() != 0 ? limit.burst() : limit.amount();
        return new Usage(
                ledger.account.scope,
                ledger.account.label(),
                ledger.dimension,
                limit,
                used,
                limit.amount() == 0 ? 0 : Math.max(0, capacity - used),
                ledger.admitted(),
                ledger.rejected.sum(),
                ledger.wouldReject.sum());
    }

    /** How many requests limits of a scope and dimension rejected on this node since the start. */
    public long rejected(Scope scope, Dimension dimension) {
        return rejectedBy[scope.ordinal()][dimension.ordinal()].sum();
    }

    /** How many subjects have an account. */
    public int accountCount() {
        return accounts.size();
    }

    /** How many lookups found the table of accounts full and were given the shared one. */
    public long overflowedLookups() {
        return accounts.overflowed();
    }
}

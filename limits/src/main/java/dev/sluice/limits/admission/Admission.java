package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.ClusterView;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.RemoteUsageSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests: every limit that applies (total, tenant, user or anonymous, bucket) is checked, and either all
 * are charged or none.
 *
 * <p>O(1), no lock; an admission allocates nothing. Each limit is charged at once by compare-and-set, and given back if a
 * later limit of the same request refuses: two event loops never both take the last unit. What the cluster used is what
 * this node admitted plus what peers report through {@link #applyRemote}, which is late by the sync interval.
 *
 * <p>Thread-safe. Time is always an argument and monotonic.
 */
public final class Admission implements UsageRegistry {
    /** How long an account must be idle before it is forgotten, at least. */
    static final long IDLE_NANOS = 60 * Limit.SECOND_NANOS;

    private final ClusterView cluster;
    private final UrgentAccounts urgent = new UrgentAccounts();
    private final AccountTable accounts;
    /** Belongs to the thread that reports. */
    private long reports;

    private final LongAdder[][] rejectedBy = new LongAdder[Scope.count()][Dimension.count()];

    /**
     * Starts with a policy.
     *
     * @param maxAccounts how many subjects may have an account of their own at a time
     * @param epochOffsetNanos wall clock minus monotonic time at the start; places the period edges of
     *     {@link MeterAlgorithm#FIXED} and {@link MeterAlgorithm#SEED}
     */
    public Admission(SubjectIds ids, int maxAccounts, long epochOffsetNanos, Policy policy) {
        this(ids, maxAccounts, epochOffsetNanos, policy, PacingSettings.DEFAULT);
    }

    /**
     * Starts with a policy.
     *
     * @param maxAccounts how many subjects may have an account of their own at a time
     * @param epochOffsetNanos wall clock minus monotonic time at the start; places the period edges of
     *     {@link MeterAlgorithm#FIXED} and {@link MeterAlgorithm#SEED}
     * @param pacing how often nodes report to each other
     */
    public Admission(SubjectIds ids, int maxAccounts, long epochOffsetNanos, Policy policy, PacingSettings pacing) {
        this.cluster = new ClusterView(epochOffsetNanos, pacing);
        this.accounts = new AccountTable(ids, maxAccounts, cluster, urgent, policy);
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

    /** The limits in force. */
    public Policy policy() {
        return accounts.policy();
    }

    /**
     * Decides about one request.
     *
     * @param bucket {@code name} or {@code tenant:name}; empty: none
     * @param ticket the connection's own; whatever it held is given back first
     */
    public Verdict admit(Identity identity, String bucket, OperationClass operation, Ticket ticket, long nowNanos) {
        ticket.release(nowNanos);
        consider(accounts.of(Scope.TOTAL, "", nowNanos), operation, ticket);
        considerRequester(identity, Identity.NOBODY, operation, ticket, nowNanos);
        considerBucket(bucket, operation, ticket, nowNanos);
        return decide(ticket, nowNanos);
    }

    /**
     * Decides about a request that the gateway may read in either of two ways: the limits of both apply, each once.
     *
     * @param otherIdentity who it is from in the other reading; {@link Identity#NOBODY}: nobody else
     * @param otherBucket its bucket in the other reading; empty: none
     */
    public Verdict admitEither(
            Identity identity,
            String bucket,
            Identity otherIdentity,
            String otherBucket,
            OperationClass operation,
            Ticket ticket,
            long nowNanos) {
        ticket.release(nowNanos);
        consider(accounts.of(Scope.TOTAL, "", nowNanos), operation, ticket);
        considerRequester(identity, Identity.NOBODY, operation, ticket, nowNanos);
        considerRequester(otherIdentity, identity, operation, ticket, nowNanos);
        considerBucket(bucket, operation, ticket, nowNanos);
        if (!otherBucket.equals(bucket)) {
            considerBucket(otherBucket, operation, ticket, nowNanos);
        }
        return decide(ticket, nowNanos);
    }

    /** Considers who a request is from, unless its limits were considered already. */
    private void considerRequester(
            Identity identity, Identity charged, OperationClass operation, Ticket ticket, long nowNanos) {
        if (identity.equals(Identity.NOBODY) || identity.equals(charged)) {
            return;
        }
        if (identity.isAnonymous()) {
            consider(accounts.of(Scope.ANONYMOUS, "", nowNanos), operation, ticket);
            return;
        }
        if (!identity.tenant().isEmpty() && !identity.tenant().equals(charged.tenant())) {
            consider(accounts.of(Scope.TENANT, identity.tenant(), nowNanos), operation, ticket);
        }
        consider(accounts.of(Scope.USER, identity.user(), nowNanos), operation, ticket);
    }

    private void considerBucket(String bucket, OperationClass operation, Ticket ticket, long nowNanos) {
        if (!bucket.isEmpty()) {
            consider(accounts.of(Scope.BUCKET, bucket, nowNanos), operation, ticket);
        }
    }

    private Verdict decide(Ticket ticket, long nowNanos) {
        Ledger refusing = firstRefusing(ticket, nowNanos);
        if (refusing == null) {
            refusing = take(ticket, nowNanos);
        }
        return refusing == null ? Verdict.ADMITTED : reject(refusing, ticket, nowNanos);
    }

    private static void consider(@Nullable Account account, OperationClass operation, Ticket ticket) {
        if (account != null) {
            account.consider(operation, ticket);
        }
    }

    /**
     * Asks the limits that refused their last request, before anything is charged: a refusal then leaves no trace at the
     * others. The first limit is left out, because it is the first to be taken of anyway.
     */
    private static @Nullable Ledger firstRefusing(Ticket ticket, long nowNanos) {
        for (int i = 1; i < ticket.count(); i++) {
            Ledger ledger = ticket.ledger(i);
            if (ledger.isRecentlyRejecting() && !ledger.hasRoom(ticket.cost(i), nowNanos)) {
                if (ledger.limit().onExceed() == OnExceed.REJECT) {
                    return ledger;
                }
                pass(ticket, i--);
            }
        }
        return null;
    }

    private static @Nullable Ledger take(Ticket ticket, long nowNanos) {
        for (int i = 0; i < ticket.count(); i++) {
            Ledger ledger = ticket.ledger(i);
            if (!ticket.take(i, nowNanos)) {
                if (ledger.limit().onExceed() == OnExceed.REJECT) {
                    return ledger;
                }
                pass(ticket, i--);
            }
        }
        return null;
    }

    private static void pass(Ticket ticket, int i) {
        Ledger ledger = ticket.ledger(i);
        ledger.countWouldReject();
        ledger.countRefused();
        ticket.skip(i);
    }

    /** Names the limit that takes longest to have room again. */
    private Verdict reject(Ledger refusing, Ticket ticket, long nowNanos) {
        Ledger longest = refusing;
        // A race may have made room meanwhile.
        long waitNanos = Math.max(1, refusing.waitNanos(nowNanos));
        for (int i = 0; i < ticket.count(); i++) {
            Ledger ledger = ticket.ledger(i);
            if (ledger == refusing) {
                ledger.countRefused();
            } else if (!ticket.isTaken(i)
                    && ledger.limit().onExceed() == OnExceed.REJECT
                    && !ledger.hasRoom(ticket.cost(i), nowNanos)) {
                ledger.countRefused();
                long itsWaitNanos = ledger.waitNanos(nowNanos);
                if (itsWaitNanos > waitNanos) {
                    longest = ledger;
                    waitNanos = itsWaitNanos;
                }
            }
        }
        ticket.release(nowNanos);
        longest.countRejected();
        Scope scope = longest.owner().scope();
        rejectedBy[scope.ordinal()][longest.dimension().ordinal()].increment();
        long returnNanos = longest.returnNanos(waitNanos, nowNanos);
        return new Verdict.Rejected(scope, longest.owner().label(), longest.dimension(), longest.limit(), returnNanos);
    }

    @Override
    public void forEachSubject(Visitor visitor) {
        for (Account account : accounts.all()) {
            visit(account, visitor);
        }
    }

    @Override
    public void measure(Visitor visitor, long nowNanos) {
        reports++;
        for (Account account : accounts.all()) {
            if (!account.isLeftOut(reports)) {
                account.measure(nowNanos);
                visit(account, visitor);
            }
        }
    }

    @Override
    public boolean hasUrgentUpdate() {
        return !urgent.isEmpty();
    }

    @Override
    public void onUrgentUpdate(Runnable wake) {
        urgent.onFirst(wake);
    }

    @Override
    public void measureUrgent(Visitor visitor, long nowNanos) {
        Account account = urgent.takeAll();
        while (account != null) {
            Account next = account.takeNextUrgent();
            account.measure(nowNanos);
            visit(account, visitor);
            account = next;
        }
    }

    private static void visit(Account account, Visitor visitor) {
        if (account.isUsedHere()) {
            visitor.visit(account);
        }
    }

    @Override
    public void applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos) {
        // A demand alone, for what isn't known here, is nothing to remember.
        Account account = amount == 0 ? accounts.known(id) : accounts.of(id, scope, nowNanos);
        if (account != null) {
            account.applyRemote(from, dimension, amount, demandPerSecond, nowNanos);
        }
    }

    @Override
    public Optional<RemoteUsageSink> sink(SubjectId id, Dimension dimension) {
        return Optional.ofNullable(accounts.known(id)).map(account -> account.ledger(dimension));
    }

    @Override
    public void updateMembership(Membership membership, long nowNanos) {
        accounts.updateMembership(membership, nowNanos);
    }

    @Override
    public UsageHistories histories(HistoryOrigin origin, long nowNanos) {
        return UsageHistories.of(accounts.all(), origin, nowNanos);
    }

    @Override
    public boolean restore(SubjectHistory history, HistoryOrigin origin, long nowNanos) {
        return accounts.restore(history, origin, nowNanos);
    }

    @Override
    public void markKnown(HistoryOrigin origin, long untilNanos) {
        cluster.markKnown(origin, untilNanos);
    }

    /** Forgets what has been idle for a minute and three periods of its limits. To be called every few seconds. */
    public void forgetIdle(long nowNanos) {
        accounts.forgetIdle(nowNanos, IDLE_NANOS);
    }

    /** Every limit in use, for people; at most {@code most} of them. */
    public List<LimitUsage> usage(int most, long nowNanos) {
        List<LimitUsage> rows = new ArrayList<>();
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

    private static LimitUsage usage(Ledger ledger, long nowNanos) {
        Limit limit = ledger.limit();
        ledger.settle(nowNanos);
        Meter meter = ledger.meter();
        long used = meter.used(nowNanos);
        return new LimitUsage(
                ledger.owner().scope(),
                ledger.owner().label(),
                ledger.dimension(),
                limit,
                used,
                limit.amount() == 0 ? 0 : Math.max(0, ledger.capacity() - used),
                ledger.admitted(),
                ledger.rejectedCount(),
                ledger.wouldRejectCount(),
                ledger.largestExcess(),
                Math.round(ledger.excessBound(nowNanos)),
                ledger.waiting());
    }

    /**
     * How much of a user's limit this node may admit in that time if it receives no report; 0 where nothing holds it to a
     * share, below 0 where nothing is known of it yet.
     */
    public double unsynchronisedMax(Identity user, Dimension dimension, double seconds, long nowNanos) {
        Ledger ledger = ledgerOf(user, dimension);
        return ledger == null ? -1 : ledger.unsynchronisedMax(seconds, nowNanos);
    }

    /** What was ever charged to a user's limit, by this node and others; 0 where nothing is known of it. */
    public long charged(Identity user, Dimension dimension) {
        Ledger ledger = ledgerOf(user, dimension);
        return ledger == null ? 0 : ledger.charged();
    }

    private @Nullable Ledger ledgerOf(Identity user, Dimension dimension) {
        Account account = accounts.known(Scope.USER, user.user());
        return account == null ? null : account.ledger(dimension);
    }

    /** How many requests limits of a scope and dimension rejected on this node since the start. */
    public long rejected(Scope scope, Dimension dimension) {
        return rejectedBy[scope.ordinal()][dimension.ordinal()].sum();
    }

    /** By which part of it a limit that is shared out was exceeded at most, as seen from this node, since the start. */
    public double largestExcess() {
        return cluster.largestExcess();
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

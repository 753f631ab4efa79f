package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
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
import dev.sluice.limits.sharing.QueuedRequest.AttemptResult;
import dev.sluice.limits.sharing.RemoteUsageSink;
import dev.sluice.limits.sharing.RequestQueue;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.limits.usage.SubjectHistory;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests: every limit that applies (total, tenant, user or anonymous, bucket) is checked, and either all
 * are charged or none.
 *
 * <p>O(1), no lock; an admission allocates nothing. Each limit is charged at once by compare-and-set, and given back if a
 * later limit of the same request refuses: two event loops never both take the last unit. What the cluster used is what
 * this node admitted plus what peers report through {@link #applyRemote}, which is late by the sync interval.
 * Thread-safe. Time is an argument and monotonic.
 */
public final class Admission implements UsageRegistry {
    /** How long an account must be idle before it is forgotten, at least. */
    static final long IDLE_NANOS = 60 * Limit.SECOND_NANOS;
    /** The turn of a request that doesn't wait: after all that do. */
    private static final long NEWCOMER = Long.MAX_VALUE;

    private final ClusterView cluster;
    private final UrgentAccounts urgent = new UrgentAccounts();
    private final AccountTable accounts;
    private final RequestSubjects subjects;
    private final TokenAdmission tokens;
    private final Holding holding;
    /** Belongs to the thread that reports. */
    private long reports;

    /** As the others, with reports every 100 ms. */
    public Admission(SubjectIds ids, int maxAccounts, long epochOffsetNanos, Policy policy) {
        this(ids, maxAccounts, epochOffsetNanos, policy, PacingSettings.DEFAULT);
    }

    /** As the next one, with the usual bounds on requests that wait. */
    public Admission(SubjectIds ids, int maxAccounts, long epochOffsetNanos, Policy policy, PacingSettings pacing) {
        this(ids, maxAccounts, epochOffsetNanos, policy, pacing, HoldingBounds.DEFAULT);
    }

    /**
     * Starts with a policy.
     *
     * @param maxAccounts how many subjects may have an account of their own at a time
     * @param epochOffsetNanos wall clock minus monotonic time at the start; places the period edges of
     *     {@link MeterAlgorithm#FIXED} and {@link MeterAlgorithm#SEED}
     * @param pacing how often nodes report to each other
     * @param bounds how many requests may wait for room
     */
    public Admission(
            SubjectIds ids,
            int maxAccounts,
            long epochOffsetNanos,
            Policy policy,
            PacingSettings pacing,
            HoldingBounds bounds) {
        this.holding = new Holding(bounds);
        this.cluster = new ClusterView(epochOffsetNanos, pacing);
        this.accounts = new AccountTable(ids, maxAccounts, cluster, urgent, policy);
        this.subjects = new RequestSubjects(accounts);
        this.tokens = new TokenAdmission(accounts);
    }

    /** Decides about calls that take tokens of rate quotas. */
    public TokenAdmission tokens() {
        return tokens;
    }

    /** Swaps the limits; what was charged stays. Requests that wait are tried with the new ones at once. */
    public void policy(Policy policy, long nowNanos) {
        List<RequestQueue> queues = new ArrayList<>();
        if (holding.waiting() > 0) {
            // Before: a limit that is lifted is in no account afterwards.
            accounts.all().forEach(account -> account.addQueues(queues));
        }
        accounts.policy(policy, nowNanos);
        queues.forEach(queue -> queue.serve(nowNanos));
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
        subjects.consider(identity, bucket, operation, ticket, nowNanos);
        Ledger refusing = TicketCharge.charge(ticket, NEWCOMER, nowNanos);
        return refusing == null
                ? Verdict.ADMITTED
                : refuse(
                        refusing,
                        (to, now) -> subjects.consider(identity, bucket, operation, to, now),
                        ticket,
                        nowNanos);
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
        RequestSubjects.Selection all = (to, now) -> {
            subjects.consider(identity, bucket, operation, to, now);
            subjects.considerOther(otherIdentity, otherBucket, identity, bucket, operation, to, now);
        };
        all.consider(ticket, nowNanos);
        Ledger refusing = TicketCharge.charge(ticket, NEWCOMER, nowNanos);
        return refusing == null ? Verdict.ADMITTED : refuse(refusing, all, ticket, nowNanos);
    }

    /** What limits may do to a request whose sender is not proven. Where none applies, there is nothing to look at. */
    public Strictness strictness(UnprovenRequest request) {
        return request.strictness(subjects);
    }

    /**
     * Decides about a request whose sender is not proven. The limits of its user, bucket and address are
     * looked at, and nothing is taken of them; the total is charged.
     */
    public Verdict look(UnprovenRequest request, int ahead, Strictness strictness, Ticket ticket, long nowNanos) {
        ticket.release(nowNanos);
        Ledger full = strictness.mayReject() ? request.refusing(subjects, ahead, nowNanos) : null;
        if (full != null) {
            return rejectedBy(full, Math.max(1, full.waitNanos(nowNanos)), nowNanos);
        }
        RequestSubjects.Selection taken = request.before(subjects, strictness.mayReject());
        taken.consider(ticket, nowNanos);
        Ledger refusing = TicketCharge.charge(ticket, NEWCOMER, nowNanos);
        if (refusing != null) {
            return refuse(refusing, taken, ticket, nowNanos);
        }
        taken.admitted(ticket, nowNanos);
        return Verdict.ADMITTED;
    }

    /** RGW serves a request whose sender was not proven: it is charged now, and its address no longer. */
    public void chargeServed(UnprovenRequest request, Ticket ticket, long nowNanos) {
        ticket.dropUnproven();
        Ticket.LateCharge from = ticket.beginLate();
        request.consider(subjects, ticket, nowNanos);
        ticket.chargeLate(from, nowNanos);
    }

    private Verdict refuse(Ledger refusing, RequestSubjects.Selection of, Ticket ticket, long nowNanos) {
        Refusal refusal = Refusal.of(refusing, ticket, NEWCOMER, nowNanos);
        if (!refusal.mayWait() || !holding.reserve(refusal.longest(), refusal.waitNanos())) {
            return reject(refusal, ticket, nowNanos);
        }
        ticket.release(nowNanos);
        RequestQueue queue = refusal.longest().requestQueue();
        return new Verdict.Held(new HeldRequest(this, of, queue, holding.nextSequence(), nowNanos));
    }

    /**
     * Tries again to admit a request that waits.
     *
     * @param ticket its own, on which the limits that apply are
     */
    AttemptResult attempt(HeldRequest request, Ticket ticket, long nowNanos) {
        Ledger refusing = TicketCharge.charge(ticket, request.sequence(), nowNanos);
        if (refusing == null) {
            return request.admit(ticket, nowNanos);
        }
        Refusal refusal = Refusal.of(refusing, ticket, request.sequence(), nowNanos);
        int awaited = ticket.indexOf(request.queue().ledger());
        if (awaited >= 0 && refusal.isBy(awaited)) {
            Ledger ledger = ticket.ledger(awaited);
            boolean isUnlucky = ledger == refusing && ledger.hasRoom(ticket.cost(awaited), nowNanos);
            ticket.release(nowNanos);
            return request.stay(isUnlucky ? AttemptResult.UNLUCKY : AttemptResult.NO_ROOM, nowNanos);
        }
        if (refusal.mayWait()) {
            ticket.release(nowNanos);
            return request.move(refusal.longest().requestQueue(), nowNanos);
        }
        return request.decide(reject(refusal, ticket, nowNanos), nowNanos);
    }

    /** A request waited for that limit as long as it may. */
    Verdict rejectLate(RequestQueue queue, long nowNanos) {
        queue.ledger().countRefused();
        return rejectedBy(queue.ledger(), Math.max(1, queue.ledger().waitNanos(nowNanos)), nowNanos);
    }

    /** Names the limit that takes longest to have room again. */
    private Verdict reject(Refusal refusal, Ticket ticket, long nowNanos) {
        refusal.count(ticket);
        ticket.release(nowNanos);
        return rejectedBy(refusal.longest(), refusal.waitNanos(), nowNanos);
    }

    private Verdict rejectedBy(Ledger ledger, long waitNanos, long nowNanos) {
        ledger.countRejected();
        return Verdict.Rejected.by(ledger, ledger.returnNanos(waitNanos, nowNanos));
    }

    @Override
    public void forEachSubject(Visitor visitor) {
        for (Account account : accounts.all()) {
            account.visitIfUsedHere(visitor);
        }
    }

    @Override
    public void measure(Visitor visitor, long nowNanos) {
        reports++;
        for (Account account : accounts.all()) {
            if (!account.isLeftOut(reports)) {
                account.measure(nowNanos);
                account.visitIfUsedHere(visitor);
            }
        }
    }

    @Override
    public boolean hasUrgentUpdate() {
        return !urgent.isEmpty();
    }

    @Override
    public long urgentNanos() {
        return cluster.urgentNanos();
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
            account.visitIfUsedHere(visitor);
            account = next;
        }
    }

    @Override
    public long applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos) {
        // A demand alone, for what isn't known here, is nothing to remember.
        Account account = amount == 0 ? accounts.known(id) : accounts.of(id, scope, nowNanos);
        return account == null ? 0 : account.applyRemote(from, dimension, amount, demandPerSecond, nowNanos);
    }

    @Override
    public Optional<RemoteUsageSink> sink(SubjectId id, Dimension dimension) {
        return Optional.ofNullable(accounts.known(id)).map(account -> account.ledger(dimension));
    }

    @Override
    public RemoteNode addPeer(long ownId, long peerId) {
        return cluster.addPeer(ownId, new RemoteNode(peerId));
    }

    @Override
    public void updateMembership(Membership membership, long nowNanos) {
        accounts.updateMembership(membership, nowNanos);
    }

    @Override
    public UsageHistories histories(HistoryOrigin origin, long nowNanos) {
        UsageHistories.Builder histories = new UsageHistories.Builder(origin, nowNanos);
        accounts.all().forEach(account -> account.addTo(histories));
        return histories.build();
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
        accounts.all().forEach(account -> account.addUsage(rows, most, nowNanos));
        return rows;
    }

    /** Visits every limit in use. The visitor may read it, and keep it for as long as it is current. */
    public void forEachLimit(Consumer<Ledger> visitor) {
        accounts.all().forEach(account -> account.forEachLimit(visitor));
    }

    /** The limits in use of one subject, for people; none where nobody has used it lately. */
    public List<LimitUsage> usageOf(Scope scope, String subject, long nowNanos) {
        Account account = accounts.known(scope, subject);
        return account == null ? List.of() : account.usage(nowNanos);
    }

    /** The requests that wait for room. */
    public Holding holding() {
        return holding;
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
        return cluster.rejections().rejected(scope, dimension);
    }

    /** How many requests were admitted that shadow limits of a scope and dimension had no room for. */
    public long wouldReject(Scope scope, Dimension dimension) {
        return cluster.rejections().wouldReject(scope, dimension);
    }

    /** The cluster as this node sees it. */
    public ClusterView cluster() {
        return cluster;
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

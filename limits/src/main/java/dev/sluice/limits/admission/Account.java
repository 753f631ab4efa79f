package dev.sluice.limits.admission;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.ClusterView;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.LedgerOwner;
import dev.sluice.limits.sharing.RequestQueue;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.limits.usage.LocalUsage;
import dev.sluice.limits.usage.UsageHistories;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A subject that has limits (a user, a bucket ...) and its ledgers, one per limited dimension. */
final class Account implements LocalUsage, LedgerOwner {
    final SubjectId id;
    final Scope scope;
    /** Null until the first local request: reports from peers carry ids, not names. */
    private volatile @Nullable String name;

    private volatile long lastUsedNanos;
    private volatile boolean usedHere;
    /** Belongs to the thread that reports. */
    private boolean isIdle;

    private final int phase;
    private final UrgentAccounts urgent;
    /** The next account of {@link UrgentAccounts}. */
    volatile @Nullable Account nextUrgent;

    private final AtomicBoolean isUrgent = new AtomicBoolean();
    /** By dimension; a change puts another array here. */
    private volatile @Nullable Ledger[] ledgers = new Ledger[Dimension.count()];

    Account(
            SubjectId id,
            Scope scope,
            @Nullable String name,
            LimitSet limits,
            ClusterView cluster,
            UrgentAccounts urgent,
            long nowNanos) {
        this.id = id;
        this.scope = scope;
        this.name = name;
        this.lastUsedNanos = nowNanos;
        this.phase = (int) id.low();
        this.urgent = urgent;
        apply(limits, cluster, nowNanos);
    }

    @Nullable
    String name() {
        return name;
    }

    void name(String newName) {
        name = newName;
    }

    @Override
    public SubjectId id() {
        return id;
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public long admitted(Dimension dimension) {
        Ledger ledger = ledger(dimension);
        return ledger == null ? NO_LIMIT : ledger.admitted();
    }

    @Override
    public double demand(Dimension dimension) {
        Ledger ledger = ledger(dimension);
        return ledger == null ? 0 : ledger.demand();
    }

    @Override
    public double evenShare(Dimension dimension) {
        Ledger ledger = ledger(dimension);
        return ledger == null ? 0 : ledger.evenShare();
    }

    @Override
    public boolean isFarBelowLimit(Dimension dimension) {
        Ledger ledger = ledger(dimension);
        return ledger != null && ledger.isFarBelowLimit();
    }

    @Override
    public boolean isNearLimit(Dimension dimension) {
        Ledger ledger = ledger(dimension);
        return ledger != null && ledger.isNearLimit();
    }

    @Override
    public void countReported(Dimension dimension, long amount) {
        Ledger ledger = ledger(dimension);
        if (ledger != null) {
            ledger.countReported(amount);
        }
    }

    @Override
    public void reportDeferred() {
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                ledger.reportDeferred();
            }
        }
    }

    @Override
    public boolean needsReceipts() {
        for (Ledger ledger : ledgers) {
            if (ledger != null && ledger.needsReceipts()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String label() {
        String known = name;
        return known != null ? known : String.format("id:%08x", id.high() >>> 32);
    }

    @Nullable
    Ledger ledger(Dimension dimension) {
        return ledgers[dimension.ordinal()];
    }

    /** Puts what a request has to pass on its ticket. */
    void consider(OperationClass operation, Ticket ticket) {
        @Nullable Ledger[] all = ledgers;
        Ledger own = all[operation.own().ordinal()];
        Ledger readBytes = all[Dimension.READ_BYTES.ordinal()];
        Ledger writeBytes = all[Dimension.WRITE_BYTES.ordinal()];
        boolean reads = operation == OperationClass.READ || operation == OperationClass.LIST;
        ticket.account(readBytes, writeBytes);
        ticket.consider(own != null ? own : all[operation.fallback().ordinal()], 1);
        ticket.consider(reads ? readBytes : writeBytes, 0);
        ticket.consider(all[Dimension.CONCURRENT_REQUESTS.ordinal()], 1);
    }

    /** The first limit that has no room in the cluster for one request more than those ahead; null: all have. */
    @Nullable
    Ledger refusing(OperationClass operation, int ahead, long nowNanos) {
        @Nullable Ledger[] all = ledgers;
        Ledger own = all[operation.own().ordinal()];
        boolean reads = operation == OperationClass.READ || operation == OperationClass.LIST;
        Ledger operations = own != null ? own : all[operation.fallback().ordinal()];
        Ledger bytes = all[(reads ? Dimension.READ_BYTES : Dimension.WRITE_BYTES).ordinal()];
        Ledger inFlight = all[Dimension.CONCURRENT_REQUESTS.ordinal()];
        if (isRefusing(operations, 1L + aheadOf(operations, ahead), nowNanos)) {
            return operations;
        }
        if (isRefusing(bytes, 0, nowNanos) || isOverdrawn(bytes, nowNanos)) {
            return bytes;
        }
        return isRefusing(inFlight, 1L + aheadOf(inFlight, ahead), nowNanos) ? inFlight : null;
    }

    /** Where others would wait for their turn, a few too many go first and are paid for afterwards. */
    private static int aheadOf(@Nullable Ledger ledger, int ahead) {
        return ledger != null && ledger.limit().onExceed().mayWait() ? 0 : ahead;
    }

    private static boolean isRefusing(@Nullable Ledger ledger, long cost, long nowNanos) {
        return ledger != null && !ledger.limit().onExceed().isShadow() && !hasRoomInCluster(ledger, cost, nowNanos);
    }

    /** Whether earlier bodies have moved more than was due to them. */
    private static boolean isOverdrawn(@Nullable Ledger bytes, long nowNanos) {
        return bytes != null && !bytes.limit().onExceed().isShadow() && !bytes.hasRoom(0, nowNanos);
    }

    /** Whether the cluster has room now as far as this node knows it, whatever this node's part of it is. */
    static boolean hasRoomInCluster(Ledger ledger, long cost, long nowNanos) {
        ledger.settle(nowNanos);
        return ledger.deferredNanos(nowNanos) <= 0 && ledger.meter().hasRoom(cost, 0, nowNanos);
    }

    /** Whether this node admitted something, or has had a demand: then the peers need to know of the account. */
    boolean isUsedHere() {
        if (usedHere) {
            return true;
        }
        for (Ledger ledger : ledgers) {
            if (ledger != null && ledger.demand() > 0) {
                // The peers need to receive the end of the demand too, though nothing may have been admitted.
                usedHere = true;
                return true;
            }
        }
        return false;
    }

    /** Shows it to a visitor if the peers need to know of it. */
    void visitIfUsedHere(UsageRegistry.Visitor visitor) {
        if (isUsedHere()) {
            visitor.visit(this);
        }
    }

    void forEachLimit(Consumer<Ledger> visitor) {
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                visitor.accept(ledger);
            }
        }
    }

    @Override
    public void markAdmitted() {
        if (!usedHere) {
            usedHere = true;
        }
    }

    /** Adds the limits that have a past. */
    void addTo(UsageHistories.Builder histories) {
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                histories.add(ledger);
            }
        }
    }

    /** Adds the queues in which requests wait. */
    void addQueues(List<RequestQueue> to) {
        for (Ledger ledger : ledgers) {
            RequestQueue queue = ledger == null ? null : ledger.knownRequestQueue();
            if (queue != null && queue.size() > 0) {
                to.add(queue);
            }
        }
    }

    /** Adds how much of its limits is used, until there are so many rows. */
    void addUsage(List<LimitUsage> to, int most, long nowNanos) {
        for (Ledger ledger : ledgers) {
            if (ledger != null && to.size() < most) {
                to.add(LimitUsage.of(ledger, nowNanos));
            }
        }
    }

    /** How much of its limits is used. */
    List<LimitUsage> usage(long nowNanos) {
        List<LimitUsage> rows = new ArrayList<>();
        addUsage(rows, Dimension.count(), nowNanos);
        return rows;
    }

    /** It is in no table any more. */
    void forget() {
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                ledger.detach();
            }
        }
    }

    long applyRemote(RemoteNode from, Dimension dimension, long amount, double demandPerSecond, long nowNanos) {
        Ledger ledger = ledger(dimension);
        return ledger == null ? 0 : ledger.applyRemote(from, amount, demandPerSecond, nowNanos);
    }

    @Override
    public void touch(long nowNanos) {
        // A write a millisecond at most: the field is shared by all event loops.
        if (nowNanos - lastUsedNanos > 1_000_000) {
            lastUsedNanos = nowNanos;
        }
    }

    @Override
    public void requestUrgentUpdate() {
        urgent.add(this);
    }

    /** True if it wasn't marked already. */
    boolean markUrgent() {
        return !isUrgent.get() && isUrgent.compareAndSet(false, true);
    }

    /** Taken from the list of urgent accounts; returns the next one. */
    @Nullable
    Account takeNextUrgent() {
        Account next = nextUrgent;
        nextUrgent = null;
        isUrgent.set(false);
        return next;
    }

    /** Whether the report of that number can do without it: some of the idle accounts are left out of each. */
    boolean isLeftOut(long report) {
        return isIdle && (report + phase) % UsageRegistry.VISITS_APART_MAX != 0;
    }

    /** Measures the demand since the last call. Called by the thread that reports. */
    void measure(long nowNanos) {
        boolean allIdle = true;
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                ledger.measure(nowNanos);
                allIdle &= ledger.isIdle();
            }
        }
        isIdle = allIdle;
    }

    void updateMembership(long nowNanos) {
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                ledger.updateMembership(nowNanos);
            }
        }
    }

    /** Idle for so long and for three periods, every meter empty again, nothing in flight and no transfer waiting. */
    boolean isForgettable(long nowNanos, long idleNanos) {
        long longest = idleNanos;
        long usedNanos = lastUsedNanos;
        for (Ledger ledger : ledgers) {
            if (ledger != null) {
                ledger.settle(nowNanos);
                if (ledger.meter().used(nowNanos) > 0 || ledger.waiting() > 0 || ledger.held() > 0) {
                    return false;
                }
                longest = Math.max(longest, 3 * ledger.limit().periodNanos());
                usedNanos = Math.max(usedNanos, ledger.remoteUseNanos());
            }
        }
        return nowNanos - usedNanos > longest;
    }

    /** Takes over changed limits; ledgers that stay keep what was charged. One caller at a time. */
    void apply(LimitSet limits, ClusterView cluster, long nowNanos) {
        @Nullable Ledger[] next = ledgers.clone();
        for (int i = 0; i < next.length; i++) {
            Dimension dimension = Dimension.at(i);
            Limit limit = limits.get(dimension);
            Ledger ledger = next[i];
            if (limit == null) {
                if (ledger != null) {
                    ledger.lift(nowNanos);
                }
                next[i] = null;
            } else if (ledger == null) {
                next[i] = new Ledger(this, dimension, limit, cluster, nowNanos);
            } else {
                ledger.change(limit, nowNanos);
            }
        }
        ledgers = next;
    }
}

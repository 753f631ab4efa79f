package dev.sluice.limits;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A subject that has limits (a user, a bucket ...) and its ledgers, one per limited dimension. */
final class Account {
    final SubjectId id;
    final Scope scope;
    /** Null until the first local request: reports from peers carry ids, not names. */
    private volatile @Nullable String name;

    private volatile long lastUsedNanos;
    private volatile boolean admittedHere;
    /** The next account with a surprise; see {@link ClusterView#surprise}. */
    volatile @Nullable Account nextSurprised;

    private final AtomicBoolean isSurprised = new AtomicBoolean();
    private final AtomicReferenceArray<@Nullable Ledger> ledgers = new AtomicReferenceArray<>(Dimension.count());

    Account(SubjectId id, Scope scope, @Nullable String name, LimitSet limits, ClusterView cluster, long nowNanos) {
        this.id = id;
        this.scope = scope;
        this.name = name;
        this.lastUsedNanos = nowNanos;
        apply(limits, cluster, nowNanos);
    }

    @Nullable
    String name() {
        return name;
    }

    void name(String newName) {
        name = newName;
    }

    /** The name where it is known, else what can be told from the id. */
    String label() {
        String known = name;
        return known != null ? known : String.format("id:%08x", id.high() >>> 32);
    }

    @Nullable
    Ledger ledger(Dimension dimension) {
        return ledgers.get(dimension.ordinal());
    }

    /** The ledger that an operation is charged to; null if no limit counts it. */
    @Nullable
    Ledger ledger(OperationClass operation) {
        Ledger own = ledger(operation.own());
        return own != null ? own : ledger(operation.fallback());
    }

    /** Whether peers have to be told of this account. */
    boolean admittedHere() {
        return admittedHere;
    }

    void markAdmitted() {
        if (!admittedHere) {
            admittedHere = true;
        }
    }

    void touch(long nowNanos) {
        // A write a millisecond at most: the field is shared by all event loops.
        if (nowNanos - lastUsedNanos > 1_000_000) {
            lastUsedNanos = nowNanos;
        }
    }

    /** True if it wasn't queued already. */
    boolean queueAsSurprised() {
        return !isSurprised.get() && isSurprised.compareAndSet(false, true);
    }

    /** Taken from the queue; returns the one behind it. */
    @Nullable
    Account unqueue() {
        Account next = nextSurprised;
        nextSurprised = null;
        isSurprised.set(false);
        return next;
    }

    /** To be called at each report; true: others should hear of it. */
    boolean tick(long nowNanos) {
        boolean news = false;
        for (int i = 0; i < ledgers.length(); i++) {
            Ledger ledger = ledgers.get(i);
            if (ledger != null) {
                news |= ledger.tick(nowNanos);
            }
        }
        return news;
    }

    void clusterChanged(long nowNanos) {
        for (int i = 0; i < ledgers.length(); i++) {
            Ledger ledger = ledgers.get(i);
            if (ledger != null) {
                ledger.clusterChanged(nowNanos);
            }
        }
    }

    /** Idle long enough that every meter is empty again, nothing is in flight and no transfer waits. */
    boolean isForgettable(long nowNanos, long idleNanos) {
        long longest = idleNanos;
        for (int i = 0; i < ledgers.length(); i++) {
            Ledger ledger = ledgers.get(i);
            if (ledger != null) {
                boolean inFlight = ledger.dimension.isGauge() && ledger.meter().used(nowNanos) > 0;
                if (inFlight || ledger.waiting() > 0) {
                    return false;
                }
                longest = Math.max(longest, 3 * ledger.limit().periodNanos());
            }
        }
        return nowNanos - lastUsedNanos > longest;
    }

    /** Takes over changed limits; ledgers that stay keep what was charged. One caller at a time. */
    void apply(LimitSet limits, ClusterView cluster, long nowNanos) {
        for (int i = 0; i < ledgers.length(); i++) {
            Dimension dimension = Dimension.at(i);
            Limit limit = limits.get(dimension);
            Ledger ledger = ledgers.get(i);
            if (limit == null) {
                if (ledger != null) {
                    ledger.lift();
                }
                ledgers.set(i, null);
            } else if (ledger == null) {
                ledgers.set(i, new Ledger(this, dimension, limit, cluster, nowNanos));
            } else {
                ledger.change(limit, nowNanos);
            }
        }
    }
}

package dev.sluice.limits.admission;

import dev.sluice.limits.meter.Meter;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.LedgerOwner;
import dev.sluice.limits.sharing.TransferQueue;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one request holds of its limits, from admission to its end. A connection owns one and uses it for request after
 * request, so that admission allocates nothing. Belongs to one thread.
 *
 * <p>{@link Admission#admit} fills it. {@link #commit} follows when the request goes to RGW. {@link #download} and
 * {@link #upload} count the bytes of the bodies. {@link #release} ends it, also when the request can't go to RGW. Each may
 * be called in any state, and does nothing where it doesn't apply: an exchange may end from anywhere.
 */
public final class Ticket {
    /**
     * Scopes of a request (total, unproven, and for each of two readings tenant, user or anonymous, bucket) times ledgers of each
     * (operation, bytes, gauge).
     */
    private static final int LEDGERS_MAX = TransferBudget.LEDGERS_MAX * 3;

    private final @Nullable Ledger[] charged = new Ledger[LEDGERS_MAX];
    /** The meters that were charged: a change of limits may have given the ledger another one meanwhile. */
    private final @Nullable Meter[] meters = new Meter[LEDGERS_MAX];

    private final long[] costs = new long[LEDGERS_MAX];

    private final TransferBudget download = new TransferBudget();
    private final TransferBudget upload = new TransferBudget();
    private long chargedNanos;
    private int count;
    private boolean committed;
    private boolean isChargedUnlessServed;
    private Verdict.@Nullable Rejected shadowRejection;
    /** Operations that the request turned out to be more. */
    private long moreOperations;

    void clear() {
        for (int i = 0; i < count; i++) {
            charged[i] = null;
            meters[i] = null;
        }
        count = 0;
        committed = false;
        isChargedUnlessServed = false;
        if (shadowRejection != null) {
            shadowRejection = null;
        }
        moreOperations = 0;
    }

    /** Adds a ledger that the request has to pass. */
    void consider(@Nullable Ledger ledger, long cost) {
        if (ledger != null) {
            charged[count] = ledger;
            costs[count] = cost;
            count++;
        }
    }

    int count() {
        return count;
    }

    Ledger ledger(int i) {
        return Objects.requireNonNull(charged[i]);
    }

    long cost(int i) {
        return costs[i];
    }

    /** Where that ledger is; below 0: nowhere. */
    int indexOf(Ledger ledger) {
        for (int i = 0; i < count; i++) {
            if (charged[i] == ledger) {
                return i;
            }
        }
        return -1;
    }

    boolean isTaken(int i) {
        return meters[i] != null;
    }

    /** A shadow limit would have rejected the request: it is charged to none of them. */
    void leaveShadowLimits(long nowNanos) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Ledger ledger = ledger(i);
            Meter meter = meters[i];
            charged[i] = null;
            meters[i] = null;
            if (!ledger.limit().onExceed().isShadow()) {
                charged[kept] = ledger;
                meters[kept] = meter;
                costs[kept] = costs[i];
                kept++;
            } else if (meter != null && costs[i] > 0) {
                ledger.refund(meter, costs[i], chargedNanos, nowNanos);
            }
        }
        count = kept;
        download.leaveShadowLimits();
        upload.leaveShadowLimits();
    }

    void shadowRejection(Verdict.Rejected verdict) {
        shadowRejection = verdict;
    }

    /** Shows the subjects whose limits the request passed. One may come several times. */
    public void forEachOwner(Consumer<LedgerOwner> visitor) {
        for (int i = 0; i < count; i++) {
            visitor.accept(ledger(i).owner());
        }
    }

    /** The rejection that a shadow limit would have brought the request that holds this; null: none. */
    public Verdict.@Nullable Rejected shadowRejection() {
        return shadowRejection;
    }

    /** Takes what the request costs of one ledger, if there is room. */
    boolean take(int i, long nowNanos) {
        Ledger ledger = ledger(i);
        Meter meter = ledger.meter();
        if (!ledger.tryTake(meter, costs[i], nowNanos)) {
            return false;
        }
        meters[i] = meter;
        chargedNanos = nowNanos;
        TransferQueue queue = ledger.queue();
        if (queue != null) {
            (ledger.dimension() == Dimension.READ_BYTES ? download : upload).expectBody(queue);
        }
        return true;
    }

    /** Takes over what another ticket got at admission, and leaves it empty. This one must hold nothing. */
    void takeOver(Ticket other) {
        for (int i = 0; i < other.count; i++) {
            charged[i] = other.charged[i];
            meters[i] = other.meters[i];
            costs[i] = other.costs[i];
        }
        count = other.count;
        chargedNanos = other.chargedNanos;
        isChargedUnlessServed = other.isChargedUnlessServed;
        shadowRejection = other.shadowRejection;
        download.takeOver(other.download);
        upload.takeOver(other.upload);
        other.clear();
    }

    /** The byte limits of one of the request's scopes. */
    void account(@Nullable Ledger read, @Nullable Ledger write) {
        if (read != null) {
            download.add(read);
        }
        if (write != null) {
            upload.add(write);
        }
    }

    /** The bytes that the client gets, under the limits on read-bytes. */
    public TransferBudget download() {
        return download;
    }

    /** The bytes that the client sends, under the limits on write-bytes. */
    public TransferBudget upload() {
        return upload;
    }

    /** The request goes to RGW: from now on its operations are facts, which are reported to the peers. */
    public void commit() {
        if (committed) {
            return;
        }
        committed = true;
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            if (ledger != null) {
                if (costs[i] > 0) {
                    if (ledger.dimension().isGauge()) {
                        ledger.commit(costs[i]);
                    }
                    ledger.owner().markAdmitted();
                }
            }
        }
    }

    private void refund(long nowNanos) {
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            Meter meter = meters[i];
            if (ledger != null && meter != null && costs[i] > 0) {
                ledger.refund(meter, costs[i], chargedNanos, nowNanos);
            }
        }
    }

    /**
     * The request turned out to be so many operations more. They are charged to the limits that it passed as one, but for
     * those that count requests, and defer the next admission where there is no room for them.
     */
    public void deferOperations(long more, long nowNanos) {
        moreOperations += more;
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            if (ledger != null && countsListed(ledger) && !(isChargedUnlessServed && isUnproven(ledger))) {
                ledger.deferCharge(more, nowNanos);
            }
        }
    }

    private static boolean countsListed(Ledger ledger) {
        return ledger.limit() instanceof OperationRateLimit limit && !limit.countsRequests();
    }

    private static boolean isUnproven(Ledger ledger) {
        return ledger.owner().scope() == Scope.UNPROVEN;
    }

    /** The limits from there on are charged unless the request is served; only its slots are taken now. */
    void chargeUnlessServed(int from, long nowNanos) {
        for (int i = from; i < count; i++) {
            Ledger ledger = ledger(i);
            if (ledger.dimension().isGauge()) {
                Meter meter = ledger.meter();
                meter.chargeHere(costs[i], nowNanos);
                meters[i] = meter;
                chargedNanos = nowNanos;
            }
        }
        isChargedUnlessServed = true;
    }

    /** The gateway has responded, and hasn't served a request whose sender is not proven: its address is charged. */
    public void chargeUnserved(long nowNanos) {
        if (!isChargedUnlessServed) {
            return;
        }
        isChargedUnlessServed = false;
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            if (ledger != null && isUnproven(ledger) && ledger.dimension().unit() == Dimension.Unit.OPERATIONS) {
                if (ledger.limit().onExceed().isShadow() && !Account.hasRoomInCluster(ledger, costs[i], nowNanos)) {
                    ledger.countWouldReject();
                } else {
                    ledger.deferCharge(costs[i] + (countsListed(ledger) ? moreOperations : 0), nowNanos);
                }
            }
        }
    }

    /** The request is served: limits for requests that are not proven count it no longer, but for its slot. */
    void dropUnproven() {
        isChargedUnlessServed = false;
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            if (ledger != null && isUnproven(ledger) && !ledger.dimension().isGauge()) {
                charged[i] = null;
                meters[i] = null;
            }
        }
        download.dropUnproven();
        upload.dropUnproven();
    }

    /** How many limits have been considered on reads, writes and in all. */
    LateCharge beginLate() {
        return new LateCharge(count, download.count(), upload.count());
    }

    /** Where the limits begin that are charged after the fact. */
    record LateCharge(int ledgers, int downloads, int uploads) {}

    /** The request is served: charges the limits that were considered since, whether they have room or not. */
    void chargeLate(LateCharge from, long nowNanos) {
        Ledger shadow = fullShadowLimit(from.ledgers(), nowNanos);
        if (shadow != null) {
            shadow.countWouldReject();
        }
        for (int i = from.ledgers(); i < count; i++) {
            Ledger ledger = ledger(i);
            if (shadow != null && ledger.limit().onExceed().isShadow()) {
                continue;
            }
            if (ledger.dimension().isGauge()) {
                Meter meter = ledger.meter();
                meter.chargeHere(costs[i], nowNanos);
                ledger.commit(costs[i]);
                meters[i] = meter;
            } else if (ledger.dimension().unit() == Dimension.Unit.OPERATIONS) {
                ledger.deferCharge(costs[i] + (countsListed(ledger) ? moreOperations : 0), nowNanos);
            }
            ledger.owner().markAdmitted();
        }
        download.chargeLate(from.downloads(), nowNanos);
        upload.chargeLate(from.uploads(), nowNanos);
    }

    private @Nullable Ledger fullShadowLimit(int from, long nowNanos) {
        for (int i = from; i < count; i++) {
            Ledger ledger = ledger(i);
            if (ledger.limit().onExceed().isShadow() && !Account.hasRoomInCluster(ledger, costs[i], nowNanos)) {
                return ledger;
            }
        }
        return null;
    }

    /** Once all slots of the request are free: a request that waits may need more than one of them. */
    private void serveRequests(long nowNanos) {
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            if (ledger != null && meters[i] != null && ledger.dimension().isGauge()) {
                ledger.serveRequests(nowNanos);
            }
        }
    }

    /** The request is no longer in flight; returns whether any limit counts those. */
    private boolean endRequest(long nowNanos) {
        boolean isCounted = false;
        for (int i = 0; i < count; i++) {
            Ledger ledger = charged[i];
            Meter meter = meters[i];
            if (ledger != null && meter != null && ledger.dimension().isGauge()) {
                meter.refund(costs[i], chargedNanos, nowNanos);
                ledger.commit(-costs[i]);
                isCounted = true;
            }
        }
        return isCounted;
    }

    /** The request ended: it is no longer in flight. What was never committed is given back. */
    public void release(long nowNanos) {
        if (!committed) {
            refund(nowNanos);
        } else {
            chargeUnserved(nowNanos);
            if (endRequest(nowNanos)) {
                serveRequests(nowNanos);
            }
        }
        download.release();
        upload.release();
        clear();
    }
}

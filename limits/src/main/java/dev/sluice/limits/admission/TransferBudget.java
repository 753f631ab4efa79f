package dev.sluice.limits.admission;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.pacing.TransferChunks;
import dev.sluice.limits.sharing.Ledger;
import dev.sluice.limits.sharing.TransferQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one request in one direction, and the byte limits that they are charged to. Belongs to the thread of its
 * {@link Ticket}.
 *
 * <p>A transfer first moves some bytes freely. From then on it reserves a chunk in the {@link TransferQueue} of each of its
 * limits, waits until all of them have served it, moves the chunk, and reserves the next one.
 */
public final class TransferBudget {
    /** The total, an address that is not proven, and for each of two readings of a request its tenant, user or anonymous, and bucket. */
    static final int LEDGERS_MAX = 8;
    /** Smaller reads than that cost more than they are worth. */
    private static final int READ_BYTES_MIN = 4 * 1024;

    private final @Nullable Ledger[] ledgers = new Ledger[LEDGERS_MAX];
    /** Where a chunk is reserved, and at which place. */
    private final @Nullable TransferQueue[] queues = new TransferQueue[LEDGERS_MAX];

    private final long[] places = new long[LEDGERS_MAX];
    private final @Nullable TransferQueue[] expectedBy = new TransferQueue[LEDGERS_MAX];
    private int count;
    private int expectedCount;
    private boolean hasStarted;
    private boolean isQueued;
    private long chunk;
    private long allowed;
    private long moved;

    void add(Ledger ledger) {
        ledgers[count++] = ledger;
    }

    int count() {
        return count;
    }

    /** Charges what was moved so far to limits that were added since, because the request is served. */
    void chargeLate(int from, long nowNanos) {
        for (int i = from; i < count && moved > 0; i++) {
            Ledger ledger = ledger(i);
            ledger.chargeMoved(moved, nowNanos);
            ledger.owner().markAdmitted();
            TransferQueue queue = ledger.queue();
            if (queue != null) {
                queue.deferCharge(moved);
            }
        }
    }

    /** The request is served: limits for requests that are not proven hold the rest of its body no longer. */
    void dropUnproven() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            kept += ledger(i).owner().scope() == Scope.UNPROVEN ? 0 : 1;
        }
        if (kept == count) {
            return;
        }
        leaveQueues();
        kept = 0;
        for (int i = 0; i < count; i++) {
            Ledger ledger = ledger(i);
            ledgers[i] = null;
            if (ledger.owner().scope() != Scope.UNPROVEN) {
                ledgers[kept++] = ledger;
            }
        }
        count = kept;
    }

    /** The request was admitted by a limit that paces, and its body is expected. */
    void expectBody(TransferQueue queue) {
        expectedBy[expectedCount++] = queue;
        queue.expectBody();
    }

    /** Shadow limits are not charged for a request that they would have rejected; its body has not begun. */
    void leaveShadowLimits() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Ledger ledger = ledger(i);
            ledgers[i] = null;
            if (!ledger.limit().onExceed().isShadow()) {
                ledgers[kept++] = ledger;
            }
        }
        count = kept;
    }

    /** Takes over what another budget got at admission; its body has not begun. */
    void takeOver(TransferBudget other) {
        for (int i = 0; i < other.count; i++) {
            ledgers[i] = other.ledgers[i];
            other.ledgers[i] = null;
        }
        for (int i = 0; i < other.expectedCount; i++) {
            expectedBy[i] = other.expectedBy[i];
            other.expectedBy[i] = null;
        }
        count = other.count;
        expectedCount = other.expectedCount;
        other.count = 0;
        other.expectedCount = 0;
    }

    private void startBody() {
        if (!hasStarted) {
            hasStarted = true;
            for (int i = 0; i < expectedCount; i++) {
                Objects.requireNonNull(expectedBy[i]).startBody();
            }
        }
    }

    /**
     * How many bytes may be read from the sender now.
     *
     * @return 0: none before {@link #waitNanos} have passed; {@link Long#MAX_VALUE}: nothing holds them
     */
    public long mayMove(long nowNanos) {
        if (count == 0) {
            return Long.MAX_VALUE;
        }
        if (allowed > 0) {
            return Math.max(allowed, Math.min(chunk, READ_BYTES_MIN));
        }
        long free = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            TransferQueue queue = ledger(i).queue();
            if (queue != null) {
                free = Math.min(free, queue.freeBytes());
            }
        }
        if (free == Long.MAX_VALUE) {
            leaveQueues();
            return Long.MAX_VALUE;
        }
        if (moved < free) {
            return Math.max(free - moved, Math.min(free, READ_BYTES_MIN));
        }
        return isServed(nowNanos) ? chunk : 0;
    }

    private boolean isServed(long nowNanos) {
        if (!isQueued) {
            reserve();
        }
        boolean served = true;
        for (int i = 0; i < count; i++) {
            TransferQueue queue = queues[i];
            // A limit that was lifted meanwhile holds nobody.
            if (queue != null && ledger(i).queue() == queue) {
                ledger(i).maintainIfDue(nowNanos);
                served &= queue.isServed(places[i]);
            }
        }
        if (served) {
            isQueued = false;
            allowed = chunk;
            for (int i = 0; i < count; i++) {
                TransferQueue queue = queues[i];
                if (queue != null) {
                    queue.leave();
                }
            }
        }
        return served;
    }

    private void reserve() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            queues[i] = ledger(i).queue();
            TransferQueue queue = queues[i];
            least = queue == null ? least : Math.min(least, queue.chunkBytes());
        }
        chunk = least;
        for (int i = 0; i < count; i++) {
            TransferQueue queue = queues[i];
            if (queue != null) {
                places[i] = queue.reserve((int) least);
            }
        }
        isQueued = true;
    }

    /** How long to wait before {@link #mayMove} is asked again after it returned 0; at least 1. */
    public long waitNanos() {
        long nanos = 1;
        for (int i = 0; i < count; i++) {
            TransferQueue queue = queues[i];
            if (isQueued && queue != null) {
                nanos = Math.max(nanos, queue.waitNanos(places[i]));
            }
        }
        return nanos;
    }

    /** Counts bytes that have been moved, whether they were allowed or not. */
    public void moved(long bytes, long nowNanos) {
        if (bytes == 0) {
            return;
        }
        startBody();
        long held = Math.min(allowed, bytes);
        allowed -= held;
        // A record of TLS may bring more than was allowed: the transfer goes that much further back.
        boolean overdrawn = bytes - held <= TransferChunks.FREE_BYTES_MAX;
        moved += bytes;
        for (int i = 0; i < count; i++) {
            Ledger ledger = ledger(i);
            ledger.chargeMoved(bytes, nowNanos);
            ledger.owner().markAdmitted();
            ledger.owner().touch(nowNanos);
            TransferQueue queue = ledger.queue();
            if (queue != null) {
                long reserved = queue == queues[i] ? held : 0;
                if (overdrawn && queue == queues[i]) {
                    queue.overdraw(bytes - reserved);
                } else if (bytes > reserved) {
                    queue.deferCharge(bytes - reserved);
                }
            }
        }
    }

    /** The request has ended. */
    void release() {
        if (count == 0) {
            hasStarted = false;
            moved = 0;
            return;
        }
        startBody();
        leaveQueues();
        for (int i = 0; i < expectedCount; i++) {
            if (moved > 0) {
                Objects.requireNonNull(expectedBy[i]).endBody(moved);
            }
            expectedBy[i] = null;
        }
        for (int i = 0; i < count; i++) {
            ledgers[i] = null;
        }
        count = 0;
        expectedCount = 0;
        hasStarted = false;
        moved = 0;
    }

    /** Gives back what is reserved and wasn't moved. */
    private void leaveQueues() {
        long unused = isQueued ? chunk : allowed;
        for (int i = 0; i < count; i++) {
            TransferQueue queue = queues[i];
            if (queue != null) {
                if (unused > 0) {
                    queue.refund(unused);
                }
                if (isQueued) {
                    queue.leave();
                }
                queues[i] = null;
            }
        }
        isQueued = false;
        allowed = 0;
        chunk = 0;
    }

    private Ledger ledger(int i) {
        return Objects.requireNonNull(ledgers[i]);
    }
}

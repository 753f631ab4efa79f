package dev.sluice.proxy.accesslog;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from one event loop to the thread that writes: a slot that is empty may be filled, one that is full may be
 * emptied, and each side alone knows where it stands (Giacomoni and others, FastForward, 2008). Neither waits for the other.
 */
final class EntryRing {
    private final AtomicReferenceArray<@Nullable AccessEntry> slots;
    private final LongAdder dropped;
    private final int mask;
    private final long bytesMax;
    private final AtomicLong takenBytes = new AtomicLong();
    private long offeredBytes;
    private int next;
    private int first;

    /**
     * An empty ring.
     *
     * @param size a power of two
     * @param bytesMax of all entries in it, about
     * @param dropped counts what finds no place
     */
    EntryRing(int size, long bytesMax, LongAdder dropped) {
        if (Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("the size of a ring must be a power of two, not " + size);
        }
        this.slots = new AtomicReferenceArray<>(size);
        this.dropped = dropped;
        this.mask = size - 1;
        this.bytesMax = bytesMax;
    }

    /** Adds an entry, or counts it as dropped. The event loop only. */
    void offer(AccessEntry entry) {
        if (slots.getAcquire(next) != null || offeredBytes - takenBytes.getAcquire() >= bytesMax) {
            dropped.increment();
            return;
        }
        offeredBytes += entry.bytes();
        slots.setRelease(next, entry);
        next = (next + 1) & mask;
    }

    /** Takes the oldest entry out; null: there is none. The writing thread only. */
    @Nullable
    AccessEntry poll() {
        AccessEntry entry = slots.getAcquire(first);
        if (entry != null) {
            slots.setRelease(first, null);
            takenBytes.setRelease(takenBytes.getPlain() + entry.bytes());
            first = (first + 1) & mask;
        }
        return entry;
    }
}

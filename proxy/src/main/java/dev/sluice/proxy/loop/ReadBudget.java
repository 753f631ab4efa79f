package dev.sluice.proxy.loop;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How much a read may bring. Large reads are what makes large bodies cheap, and a connection whose other side stops holds
 * what its last read brought. So the largest read is an eighth of what is left of a part of the direct memory, and never
 * less than {@value #SMALL_BYTES} bytes, for which another part is kept: however many connections stall, buffers suffice
 * for as many connections as {@link #connections} says.
 *
 * <p>How much is in use is asked anew each time that large reads have been granted a sixteenth of the whole; between two
 * looks all that was granted counts as used. Small reads ask nothing. Thread-safe.
 */
public final class ReadBudget {
    static final int SMALL_BYTES = 16 * 1024;
    private static final int LEAST_BYTES = 1024;
    private static final int FIRST_BYTES = 4096;
    public static final int MOST_BYTES = 1024 * 1024;
    /** What a stalled connection holds at least: a small read, and what makes its channel unwritable. */
    private static final int STALLED_BYTES = 2 * SMALL_BYTES;

    private static final int PART_OF_LEFT = 8;
    private static final int PART_FOR_A_LOOK = 16;

    private final long forLargeBytes;
    private final long lookAfterBytes;
    private final LongSupplier usedBytes;
    private final RecvByteBufAllocator adaptive =
            new AdaptiveRecvByteBufAllocator(LEAST_BYTES, FIRST_BYTES, MOST_BYTES);
    private final AtomicLong granted = new AtomicLong();
    private volatile long used;

    /**
     * Shares out a memory.
     *
     * @param directBytes all of it
     * @param usedBytes how much is in use; may take a microsecond to say
     */
    public ReadBudget(long directBytes, LongSupplier usedBytes) {
        this.forLargeBytes = directBytes * 3 / 8;
        this.lookAfterBytes = Math.max(1, forLargeBytes / PART_FOR_A_LOOK);
        this.usedBytes = usedBytes;
    }

    /** How many connections can stall at a time without the memory running out. */
    public static long connections(long directBytes) {
        return directBytes / 2 / STALLED_BYTES;
    }

    /** The channels' high watermark: with more than that to be written they are not given more. */
    static int highWatermark() {
        return SMALL_BYTES;
    }

    /** The size of a read, where one of {@code wanted} bytes would be best. */
    int grant(int wanted) {
        if (wanted <= SMALL_BYTES) {
            return wanted;
        }
        long since = granted.get();
        if (since >= lookAfterBytes) {
            used = usedBytes.getAsLong();
            granted.set(0);
            since = 0;
        }
        long left = forLargeBytes - used - since;
        int most = (int) Math.min(wanted, Math.max(SMALL_BYTES, left / PART_OF_LEFT));
        granted.addAndGet(most);
        return most;
    }

    /** The sizes of one connection's reads, within this budget. */
    ReadSizes readSizes() {
        return new ReadSizes(this, adaptive);
    }
}

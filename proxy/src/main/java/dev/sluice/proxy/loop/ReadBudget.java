package dev.sluice.proxy.loop;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Bounds the size of reads. Large reads make large bodies cheap, but a connection whose other side stalls holds its
 * last read. So the largest read is an eighth of the free part of 3/8 of the direct memory, and never less than {@value
 * #SMALL_BYTES} bytes. For small reads half of the direct memory is reserved: it suffices for as many stalled
 * connections as {@link #connections} returns.
 *
 * <p>The memory in use is measured again each time that large reads have been granted a sixteenth of the budget.
 * Between two measurements everything granted counts as used. Small reads are granted without a check. Thread-safe.
 */
public final class ReadBudget {
    static final int SMALL_BYTES = 16 * 1024;
    private static final int READ_BYTES_MIN = 1024;
    private static final int FIRST_READ_BYTES = 4096;
    /** No read is larger. */
    public static final int READ_BYTES_MAX = 1024 * 1024;
    /** The memory of a stalled connection: a small read, and what makes its channel unwritable. */
    private static final int STALLED_BYTES = 2 * SMALL_BYTES;

    private static final int PART_OF_LEFT = 8;
    private static final int MEASURE_PART = 16;

    private final long forLargeBytes;
    private final long measureAfterBytes;
    private final LongSupplier usedBytes;
    private final RecvByteBufAllocator adaptive =
            new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, FIRST_READ_BYTES, READ_BYTES_MAX);
    private final AtomicLong granted = new AtomicLong();
    private volatile long used;

    /**
     * A budget within the direct memory.
     *
     * @param directBytes the size of the direct memory
     * @param usedBytes how much of it is in use; may take a microsecond
     */
    public ReadBudget(long directBytes, LongSupplier usedBytes) {
        this.forLargeBytes = directBytes * 3 / 8;
        this.measureAfterBytes = Math.max(1, forLargeBytes / MEASURE_PART);
        this.usedBytes = usedBytes;
    }

    /** Returns how many connections can stall at a time without exhausting the memory. */
    public static long connections(long directBytes) {
        return directBytes / 2 / STALLED_BYTES;
    }

    /** The high watermark of channels: above it nothing more is written to them. */
    static int highWatermark() {
        return SMALL_BYTES;
    }

    /** Returns the size of a read for which {@code wanted} bytes would be best. */
    int grant(int wanted) {
        if (wanted <= SMALL_BYTES) {
            return wanted;
        }
        long since = granted.get();
        if (since >= measureAfterBytes) {
            used = usedBytes.getAsLong();
            granted.set(0);
            since = 0;
        }
        long left = forLargeBytes - used - since;
        int max = (int) Math.min(wanted, Math.max(SMALL_BYTES, left / PART_OF_LEFT));
        granted.addAndGet(max);
        return max;
    }

    /** The sizes of one connection's reads, within this budget. */
    ReadSizes readSizes() {
        return new ReadSizes(this, adaptive);
    }
}

package dev.sluice.policy.hocon;

import java.util.function.LongSupplier;

/**
 * How much memory the reading of one file may take. A file that needs more is refused like any other bad file: it must never
 * fill the heap, which would end the process.
 *
 * <p>Two bounds: a part of the largest heap, which makes a file good or bad whatever else is in the heap; and what is free
 * in the heap now, looked at each time another MiB was taken.
 */
public final class ParseBudget {
    private static final long STEP_BYTES = 1 << 20;
    private static final long BYTES_MIN = 16L << 20;
    private static final long BYTES_MAX = 1L << 30;
    /** The part of the heap that one file may take: 46 MiB of the 96 that the sidecar is started with. */
    private static final int HEAP_PART = 2;
    /** The part of the heap that stays free for requests. */
    private static final int FREE_PART = 8;

    private final long bytesMax;
    private final LongSupplier freeBytes;
    private long bytes;
    private long checkedBytes;
    private boolean isCollected;
    private boolean lacksHeap;

    private ParseBudget(long bytesMax, LongSupplier freeBytes) {
        this.bytesMax = bytesMax;
        this.freeBytes = freeBytes;
    }

    /** For one file, in the heap that this process has. */
    public static ParseBudget ofHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        return new ParseBudget(Math.min(BYTES_MAX, Math.max(BYTES_MIN, heap / HEAP_PART)), ParseBudget::freeHeap);
    }

    /** So many bytes, whatever the heap is. */
    static ParseBudget of(long bytesMax) {
        return of(bytesMax, () -> Long.MAX_VALUE);
    }

    /** So many bytes, in a heap that has so many free. */
    static ParseBudget of(long bytesMax, LongSupplier freeBytes) {
        return new ParseBudget(bytesMax, freeBytes);
    }

    /** Whether the heap had too little free: the same file may be read later. */
    public boolean lacksHeap() {
        return lacksHeap;
    }

    /** What was taken so far. */
    public long bytes() {
        return bytes;
    }

    /**
     * Takes memory that is about to be used.
     *
     * @throws HoconException if there is no more
     */
    public void take(long moreBytes) {
        bytes += moreBytes;
        if (bytes > bytesMax) {
            throw new HoconException(
                    1,
                    1,
                    "reading this file takes more than " + (bytesMax >> 20) + " MiB of memory",
                    "write less into it, or give the process a larger heap (-Xmx)");
        }
        if (bytes - checkedBytes >= STEP_BYTES) {
            checkedBytes = bytes;
            checkHeap();
        }
    }

    private void checkHeap() {
        long needed = Runtime.getRuntime().maxMemory() / FREE_PART;
        if (freeBytes.getAsLong() < needed && !isCollected) {
            isCollected = true;
            collectGarbage();
        }
        if (freeBytes.getAsLong() < needed) {
            lacksHeap = true;
            throw new HoconException(
                    1,
                    1,
                    "there is too little free heap to read this file now",
                    "give the process a larger heap (-Xmx); a process that runs tries again");
        }
    }

    /** What isn't in use includes garbage, and only a collection can tell how much. It would come soon anyway. */
    @SuppressWarnings("DoNotCall")
    private static void collectGarbage() {
        System.gc();
    }

    private static long freeHeap() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}

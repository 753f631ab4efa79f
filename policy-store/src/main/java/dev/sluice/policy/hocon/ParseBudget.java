package dev.sluice.policy.hocon;

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
    private final boolean looksAtHeap;
    private long bytes;
    private long checkedBytes;
    private boolean isCollected;

    private ParseBudget(long bytesMax, boolean looksAtHeap) {
        this.bytesMax = bytesMax;
        this.looksAtHeap = looksAtHeap;
    }

    /** For one file, in the heap that this process has. */
    public static ParseBudget ofHeap() {
        long heap = Runtime.getRuntime().maxMemory();
        return new ParseBudget(Math.min(BYTES_MAX, Math.max(BYTES_MIN, heap / HEAP_PART)), true);
    }

    /** So many bytes, whatever the heap is. */
    static ParseBudget of(long bytesMax) {
        return new ParseBudget(bytesMax, false);
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
        if (looksAtHeap && bytes - checkedBytes >= STEP_BYTES) {
            checkedBytes = bytes;
            checkHeap();
        }
    }

    private void checkHeap() {
        Runtime runtime = Runtime.getRuntime();
        long needed = runtime.maxMemory() / FREE_PART;
        if (free(runtime) < needed && !isCollected) {
            isCollected = true;
            collectGarbage();
        }
        if (free(runtime) < needed) {
            throw new HoconException(
                    1,
                    1,
                    "there is too little free heap to read this file now",
                    "give the process a larger heap (-Xmx); the file is read again when it changes");
        }
    }

    /** What isn't in use includes garbage, and only a collection can tell how much. It would come soon anyway. */
    @SuppressWarnings("DoNotCall")
    private static void collectGarbage() {
        System.gc();
    }

    private static long free(Runtime runtime) {
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}

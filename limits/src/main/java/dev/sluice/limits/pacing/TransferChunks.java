package dev.sluice.limits.pacing;

/** How many bytes a transfer moves at a time under a paced limit. */
public final class TransferChunks {
    /** A body of so many bytes is never held, and a transfer moves so many before it is. */
    public static final int FREE_BYTES_MAX = 64 * 1024;

    /** The smallest chunk. */
    public static final int CHUNK_BYTES_MIN = 1024;

    private static final int CHUNK_BYTES_MAX = 256 * 1024;
    /** A chunk is a small part of what flows in a sync delay. */
    private static final int CHUNKS_PER_SECOND = 64;

    private TransferChunks() {}

    /** The largest chunk under a limit of so many bytes a second. */
    public static int chunkBytes(double limitPerSecond) {
        return (int) Math.max(CHUNK_BYTES_MIN, Math.min(CHUNK_BYTES_MAX, limitPerSecond / CHUNKS_PER_SECOND));
    }
}

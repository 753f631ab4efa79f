package dev.sluice.quota.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Makes batches durable, in their order, before they are applied. Belongs to one thread.
 *
 * <p>After {@link #append} has returned, the batch is never lost. After it has thrown, the batch is not
 * to be applied. It is not there, and the journal takes the next one; unless it threw {@link OutcomeUnknownException}.
 */
public interface Journal extends Closeable {
    /**
     * Appends a batch.
     *
     * @throws OutcomeUnknownException if the batch may be there after a restart, or may not; the journal takes no more
     * @throws IOException if it can't be made durable: the disk is full, say
     */
    void append(byte[] batch) throws IOException;

    /** Whether so much was appended that a snapshot is worth its time. */
    boolean wantsSnapshot();

    /**
     * Replaces all batches until now by a snapshot of what they led to.
     *
     * @throws IOException if it can't be written; the batches are still there then
     */
    void snapshot(SnapshotWriter writer) throws IOException;

    /** Writes a snapshot. */
    @FunctionalInterface
    interface SnapshotWriter {
        /** Writes all of it. */
        void write(OutputStream to) throws IOException;
    }
}

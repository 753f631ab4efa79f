package dev.sluice.quota.journal;

import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.alloc.AllocCommand.Change;
import dev.sluice.quota.alloc.AllocStep;
import dev.sluice.quota.alloc.AllocStep.Allocate;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients may have a store keep in memory: commands that wait, by their size, and leases, by their number. Without it, a
 * disk that hangs or a client that leases a token at a time would fill the heap. Thread-safe.
 */
final class StoreBudget {
    private static final int COMMAND_BYTES = 200;
    private static final int STEP_BYTES = 150;
    /** A lease with a holder of 255 characters, and its places in two tables. */
    private static final int LEASE_BYTES = 430;

    private static final int WAITING_HEAP_PART = 16;
    private static final int LEASES_HEAP_PART = 8;

    private final long waitingBytesMax;
    private final int leasesMax;
    private final AtomicLong waitingBytes = new AtomicLong();

    StoreBudget(long waitingBytesMax, int leasesMax) {
        this.waitingBytesMax = waitingBytesMax;
        this.leasesMax = leasesMax;
    }

    /** A sixteenth of the heap for commands that wait, an eighth for leases: 29,000 of them in 96 MiB. */
    static StoreBudget ofThisProcess() {
        long heap = Runtime.getRuntime().maxMemory();
        return new StoreBudget(
                heap / WAITING_HEAP_PART, (int) Math.min(Integer.MAX_VALUE, heap / LEASES_HEAP_PART / LEASE_BYTES));
    }

    int leasesMax() {
        return leasesMax;
    }

    /** About what commands take in memory. */
    static long bytesOf(List<AllocCommand> commands) {
        return commands.stream().mapToLong(StoreBudget::bytesOf).sum();
    }

    /** About what a command takes in memory. */
    static long bytesOf(AllocCommand command) {
        long bytes = COMMAND_BYTES;
        if (command instanceof Change change) {
            for (AllocStep step : change.steps()) {
                bytes += STEP_BYTES
                        + (long) Character.BYTES
                                * (step.quota().namespace().length()
                                        + step.quota().resource().length());
            }
        }
        return bytes;
    }

    /** How many leases commands make, at most. */
    static int leasesOf(List<AllocCommand> commands) {
        return commands.stream().mapToInt(StoreBudget::leasesOf).sum();
    }

    private static int leasesOf(AllocCommand command) {
        int leases = 0;
        if (command instanceof Change change) {
            for (AllocStep step : change.steps()) {
                leases += step instanceof Allocate allocate && allocate.lease().isPresent() ? 1 : 0;
            }
        }
        return leases;
    }

    /** Takes room for a command that waits; false: there is none. */
    boolean take(long bytes) {
        if (waitingBytes.addAndGet(bytes) <= waitingBytesMax) {
            return true;
        }
        waitingBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        waitingBytes.addAndGet(-bytes);
    }
}

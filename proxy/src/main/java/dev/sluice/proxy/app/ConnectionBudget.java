package dev.sluice.proxy.app;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.proxy.loop.ReadBudget;
import dev.sluice.proxy.loop.Transport;
import java.lang.management.ManagementFactory;

/**
 * How many clients may be connected where nobody says so: what the files that the process may open and its memory allow.
 * A client takes a file, and each of its requests one more towards the gateway; an open connection on which nothing
 * happens holds some heap and no buffer; one on which a transfer stalls holds some of both.
 */
final class ConnectionBudget {
    /** For the jar, the log, the admin port, the exchange with other sidecars. */
    private static final long OWN_FILES = 128;
    /** What a connection holds of the heap, with its exchange and its upstream connection, rounded up. */
    private static final long CONNECTION_HEAP_BYTES = 8 * 1024;
    /** The part of the heap that connections may take. */
    private static final long HEAP_PART = 3;

    private static final long LEAST = 16;
    private static final long MOST = 100_000;
    private static final long UNKNOWN_FILES = 1024;

    private ConnectionBudget() {}

    /** For this process. */
    static int ofThisProcess() {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : UNKNOWN_FILES;
        return of(files, Runtime.getRuntime().maxMemory(), Transport.directBytes());
    }

    /**
     * How many connections fit.
     *
     * @param files how many the process may have open
     * @param heapBytes how large its heap may become
     * @param directBytes how much memory there is for buffers, of which those that stall hold some
     */
    static int of(long files, long heapBytes, long directBytes) {
        long forClients = files - Math.min(OWN_FILES, files / 2);
        // Two each, and one more for every sixteenth client, which is told that it is one too many.
        long byFiles = forClients * 16 / 33;
        long byHeap = heapBytes / HEAP_PART / CONNECTION_HEAP_BYTES;
        return (int) Math.min(
                MOST, Math.max(LEAST, Math.min(ReadBudget.connections(directBytes), Math.min(byFiles, byHeap))));
    }
}

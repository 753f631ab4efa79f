package dev.sluice.proxy.app;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.proxy.loop.ReadBudget;
import dev.sluice.proxy.loop.Transport;
import java.lang.management.ManagementFactory;

/**
 * How many clients may be connected where the settings don't say it: what open files and memory allow. A client takes a
 * file, and each of its requests one more to the gateway. An idle connection holds some heap and no buffer; a stalled
 * transfer holds some of both.
 */
final class ConnectionBudget {
    /** For the jar, the log, the admin port and sync. */
    private static final long OWN_FILES = 128;
    /** What a connection holds of the heap, with its exchange and its upstream connection, rounded up. */
    static final int CONNECTION_HEAP_BYTES = 8 * 1024;
    /** The part of the heap that connections may take. */
    private static final long HEAP_PART = 3;

    private static final long CONNECTIONS_MIN = 16;
    private static final long CONNECTIONS_MAX = 100_000;
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
        // Two each, and one more for every sixteenth client, which gets 503 because too many are connected.
        long byFiles = forClients * 16 / 33;
        long byHeap = heapBytes / HEAP_PART / CONNECTION_HEAP_BYTES;
        return (int) Math.min(
                CONNECTIONS_MAX,
                Math.max(CONNECTIONS_MIN, Math.min(ReadBudget.connections(directBytes), Math.min(byFiles, byHeap))));
    }
}

package dev.sluice.it.harness.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends the processes that tests left behind when the JVM ends. */
public final class OrphanGuard {
    private static final Set<Process> WATCHED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> WATCHED.forEach(Process::destroyForcibly), "end-orphans"));
    }

    private OrphanGuard() {}

    public static void watch(Process process) {
        WATCHED.add(process);
        // The set's own bookkeeping: nothing waits for it.
        var unused = process.onExit().thenAccept(WATCHED::remove);
    }
}

package dev.sluice.it.harness.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends leftover processes of tests when the JVM ends. */
public final class OrphanGuard {
    private static final Set<Process> WATCHED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> WATCHED.forEach(Process::destroyForcibly), "end-orphans"));
    }

    private OrphanGuard() {}

    public static void watch(Process process) {
        WATCHED.add(process);
        // Removes it from the set; nothing depends on the result.
        var unused = process.onExit().thenAccept(WATCHED::remove);
    }
}

package dev.sluice.it.harness.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** Leaves a test out, and says on the console why: once for each reason. */
public final class Prerequisite {
    private static final Set<String> PRINTED = ConcurrentHashMap.newKeySet();

    private Prerequisite() {}

    public static void require(boolean possible, String reason) {
        if (!possible && PRINTED.add(reason)) {
            System.out.println("[SKIP] " + reason);
        }
        Assumptions.assumeTrue(possible, reason);
    }
}

package dev.sluice.it.harness.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** A condition without which a test is skipped. Prints each reason once. */
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

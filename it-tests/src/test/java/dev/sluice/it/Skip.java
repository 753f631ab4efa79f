package dev.sluice.it;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** Leaves a test out, and says on the console why: once for each reason. */
final class Skip {
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    private Skip() {}

    static void unless(boolean possible, String reason) {
        if (!possible && SAID.add(reason)) {
            System.out.println("[SKIP] " + reason);
        }
        Assumptions.assumeTrue(possible, reason);
    }
}

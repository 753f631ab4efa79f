package dev.sluice.it.harness.process;

import java.util.Random;

/** LoopbackHosts hosts of a test's own: on Linux all of 127/8 is this machine, so that fixed ports meet nobody's. */
public final class LoopbackHosts {
    private static final Random RANDOM = new Random();

    private LoopbackHosts() {}

    /** Any but the first, where everybody is. */
    public static String host() {
        return "127." + (1 + RANDOM.nextInt(254)) + "." + RANDOM.nextInt(256) + "." + (1 + RANDOM.nextInt(254));
    }
}

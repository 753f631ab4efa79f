package dev.sluice.it;

import java.util.Random;

/** Loopback hosts of a test's own: on Linux all of 127/8 is this machine, so that fixed ports meet nobody's. */
final class Loopback {
    private static final Random RANDOM = new Random();

    private Loopback() {}

    /** Any but the first, where everybody is. */
    static String host() {
        return "127." + (1 + RANDOM.nextInt(254)) + "." + RANDOM.nextInt(256) + "." + (1 + RANDOM.nextInt(254));
    }
}

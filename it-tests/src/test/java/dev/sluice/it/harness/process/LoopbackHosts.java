package dev.sluice.it.harness.process;

import java.util.Random;

/** Random loopback hosts. On Linux all of 127/8 is this machine, so fixed ports on such a host do not collide. */
public final class LoopbackHosts {
    private static final Random RANDOM = new Random();

    private LoopbackHosts() {}

    /** A random host other than 127.0.0.1. */
    public static String host() {
        return "127." + (1 + RANDOM.nextInt(254)) + "." + RANDOM.nextInt(256) + "." + (1 + RANDOM.nextInt(254));
    }
}

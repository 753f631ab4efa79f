package dev.sluice.benchmarks.bed;

import java.util.Random;

/**
 * The address and the processors of one run. The loopback address is random, so that two runs do not collide. One
 * processor is for the proxies, the other for everything else.
 *
 * @param host the address
 * @param loadCpu for the load and the server behind the proxies, as taskset lists them
 * @param proxyCpu for the proxies
 */
public record RunPlacement(String host, String loadCpu, String proxyCpu) {
    /** Below the range of ephemeral ports. */
    private static final int FIRST_PORT = 8_100;

    /** A placement on this machine, which must have two processors. */
    public static RunPlacement random() {
        Random random = new Random();
        String host = "127." + (1 + random.nextInt(254)) + "." + random.nextInt(255) + "." + (1 + random.nextInt(254));
        return new RunPlacement(host, "0", "1");
    }

    /** All processors, as taskset lists them. */
    public static String allCpus() {
        return "0-" + (Runtime.getRuntime().availableProcessors() - 1);
    }

    /** {@code host:port}. */
    public String address(int offset) {
        return host + ":" + port(offset);
    }

    /** A port of this run. */
    public int port(int offset) {
        return FIRST_PORT + offset;
    }
}

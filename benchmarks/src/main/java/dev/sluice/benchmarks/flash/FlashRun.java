package dev.sluice.benchmarks.flash;

import dev.sluice.benchmarks.bed.FlashSidecars;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Flashes on real sidecars. Between two flashes they are idle until their limit is unused. The first flash is not counted: the
 * JVMs have not compiled anything by then.
 *
 * @param home the folder of the {@code sluice} script
 * @param limitPerSecond of the one user
 * @param times the rate of the flash, in multiples of the limit
 * @param runs flashes that count
 * @param seconds the length of each
 */
public record FlashRun(Path home, int sidecars, int limitPerSecond, double times, int runs, int seconds) {
    private static final long IDLE_MILLIS = 3_000;

    /**
     * One flash.
     *
     * @param sentPerSecond what the sidecars took of what was to be sent
     * @param worstSecondOverPercent of the limit; below 0: it was never reached
     * @param admittedPerSecond the mean
     */
    public record Flash(double sentPerSecond, double worstSecondOverPercent, double admittedPerSecond) {}

    /** All flashes that count, in order. */
    public List<Flash> run() throws IOException, InterruptedException {
        List<Flash> flashes = new ArrayList<>();
        try (FlashUpstream upstream = FlashUpstream.start();
                FlashSidecars cluster = FlashSidecars.start(home, sidecars, upstream.address(), limitPerSecond);
                FlashLoad load = FlashLoad.connect(cluster.addresses())) {
            for (int i = 0; i <= runs; i++) {
                Thread.sleep(IDLE_MILLIS);
                upstream.take();
                long sent = load.run(times * limitPerSecond, TimeUnit.SECONDS.toNanos(seconds));
                long[] requests = upstream.take();
                if (i > 0) {
                    flashes.add(new Flash(
                            (double) sent / seconds,
                            100.0 * (fullestSecond(requests) - limitPerSecond) / limitPerSecond,
                            (double) requests.length / seconds));
                }
            }
        }
        return flashes;
    }

    /** The most requests within a second; in order. */
    static int fullestSecond(long[] requestNanos) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < requestNanos.length; to++) {
            while (requestNanos[to] - requestNanos[from] >= TimeUnit.SECONDS.toNanos(1)) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}

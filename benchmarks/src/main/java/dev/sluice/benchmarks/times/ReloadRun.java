package dev.sluice.benchmarks.times;

import dev.sluice.benchmarks.bed.LoneSidecar;
import dev.sluice.benchmarks.flash.FlashUpstream;
import dev.sluice.benchmarks.times.TimedRequests.Times;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Requests to a sidecar with the heap that it ships with, while its limits file is replaced again and again.
 *
 * @param home the folder of the {@code sluice} script
 * @param reloads how often
 */
public record ReloadRun(Path home, int reloads) {
    private static final String FIRST = "limits { each-user { read-ops = 1000000/s } }\n";
    private static final long INTERVAL_MILLIS = 5;
    private static final long WARM_UP_MILLIS = 10_000;
    private static final long QUIET_MILLIS = 10_000;
    private static final long POLL_MILLIS = 250;
    private static final long RELOAD_SECONDS_MAX = 300;

    /**
     * What was measured.
     *
     * @param quiet requests before the first reload
     * @param reloading requests from the first change of the file until the last one was in force
     * @param reloadSeconds the slowest reload, from the change of the file, with the time in which it must not change
     * @param peakMib resident memory
     */
    public record Reloads(Times quiet, Times reloading, double reloadSeconds, long peakMib) {}

    /**
     * Runs it.
     *
     * @param text the limits file of a round; each must mean something else
     */
    public Reloads run(IntFunction<String> text) throws IOException, InterruptedException {
        try (FlashUpstream upstream = FlashUpstream.start();
                LoneSidecar sidecar = LoneSidecar.start(home, upstream.address(), FIRST, "", "");
                TimedRequests requests = TimedRequests.ofObject(sidecar.address(), INTERVAL_MILLIS)) {
            Thread.sleep(WARM_UP_MILLIS);
            requests.take();
            Thread.sleep(QUIET_MILLIS);
            Times quiet = requests.take();
            AdminClient admin = new AdminClient(sidecar.adminAddress());
            double slowest = 0;
            for (int round = 1; round <= reloads; round++) {
                byte[] bytes = text.apply(round).getBytes(StandardCharsets.UTF_8);
                long beganNanos = System.nanoTime();
                sidecar.writeLimits(bytes);
                await(sidecar, admin, round);
                slowest = Math.max(slowest, (System.nanoTime() - beganNanos) / 1e9);
            }
            return new Reloads(quiet, requests.take(), slowest, sidecar.memory().peakKib() >> 10);
        }
    }

    private static void await(LoneSidecar sidecar, AdminClient admin, int loads)
            throws IOException, InterruptedException {
        long beganNanos = System.nanoTime();
        while (admin.metric("sluice_limits_loads_total") < loads) {
            if (System.nanoTime() - beganNanos > TimeUnit.SECONDS.toNanos(RELOAD_SECONDS_MAX)) {
                throw new IOException("the sidecar doesn't take the limits:\n" + sidecar.output());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}

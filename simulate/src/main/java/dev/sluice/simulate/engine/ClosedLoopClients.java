package dev.sluice.simulate.engine;

import dev.sluice.simulate.scenario.Scenario.Load;
import java.util.SplittableRandom;

/**
 * The clients of a closed loop: each sends its next request after the response to the last one. On a rejection it backs
 * off as the AWS SDK does: a random part of 0.1 s times 2 to the number of retries, at most 20 s. After the third attempt
 * it gives up the request.
 */
final class ClosedLoopClients {
    private static final double BACK_OFF_SECONDS = 0.1;
    private static final double BACK_OFF_SECONDS_MAX = 20;
    private static final double TURNAROUND_SECONDS = 0.002;
    private static final int ATTEMPTS = 3;

    private final Load load;
    private final int[] rejections;
    private final SplittableRandom random;

    ClosedLoopClients(Load load, SplittableRandom random) {
        this.load = load;
        this.rejections = new int[load.clients()];
        this.random = random;
    }

    /** The time of a client's first request. */
    long firstNanos() {
        return load.fromNanos() + random.nextLong(20_000_000);
    }

    /** The time of a client's next request, after the response that it receives now. */
    long nextNanos(int client, boolean admitted, long nowNanos) {
        double waitSeconds;
        if (admitted) {
            rejections[client] = 0;
            waitSeconds = load.serviceNanos() * 1e-9 * (0.5 + random.nextDouble());
        } else {
            double backOff = Math.min(BACK_OFF_SECONDS_MAX, BACK_OFF_SECONDS * Math.pow(2, rejections[client]));
            rejections[client] = (rejections[client] + 1) % ATTEMPTS;
            waitSeconds = backOff * random.nextDouble() + TURNAROUND_SECONDS;
        }
        return nowNanos + Math.max(1, (long) (waitSeconds * 1e9));
    }
}

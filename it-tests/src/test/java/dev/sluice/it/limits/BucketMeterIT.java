package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.CountingGateway;
import dev.sluice.it.harness.net.SteadyLoad;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * RGW's own kind of rate limit on two sidecars: {@code 300/min} as a bucket that starts full. They admit together what one
 * gateway would, 300 requests at once and 5 a second from then on, whether the requests come to both or to one.
 */
class BucketMeterIT {
    private static final boolean STRICT = Boolean.getBoolean("sluice.strict");
    private static final double DEPTH = 300;
    private static final double PER_SECOND = 5;
    /** After the bucket was empty. */
    private static final int SECONDS = STRICT ? 40 : 4;

    private static final int CONNECTIONS = 4;
    /** So many that the bucket is empty. */
    private static final int REJECTED_EACH = 5;

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /** Of what one gateway admits, and the operation that is due at the moment of the comparison. */
    private static final double TOLERANCE = 0.02;

    private CountingGateway gateway;
    private SidecarCluster sidecars;

    @BeforeEach
    void start() throws IOException {
        SidecarProcess.jar();
        gateway = new CountingGateway();
        sidecars = SidecarCluster.start(2, List.of(gateway.endpoint()), """
                defaults { meter = bucket }
                buckets {
                  both { read-ops = 300/min }
                  one { read-ops = 300/min }
                }
                """);
    }

    @AfterEach
    void stop() throws IOException {
        if (sidecars != null) {
            sidecars.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void twoSidecars_admitWhatOneGatewayWould() throws InterruptedException {
        List<SteadyLoad> loads = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                loads.add(load(0, "/both/key"));
                loads.add(load(1, "/both/key"));
                loads.add(load(0, "/one/key"));
            }
            await().atMost(DEADLINE).until(() -> loads.stream().allMatch(load -> load.rejected.sum() >= REJECTED_EACH));
            TimeUnit.SECONDS.sleep(SECONDS);
        } finally {
            loads.forEach(SteadyLoad::close);
        }

        assertAsOneGateway("/both/key");
        assertAsOneGateway("/one/key");
    }

    private SteadyLoad load(int sidecar, String target) {
        return SteadyLoad.start(() -> sidecars.get(sidecar).s3(), "s3", target, STRICT ? 150 : 50);
    }

    /** Compares at the last arrival: by then the machine has offered enough. */
    private void assertAsOneGateway(String target) {
        long[] arrivals = gateway.arrivals(target);
        double seconds = (arrivals[arrivals.length - 1] - arrivals[0]) * 1e-9;
        double due = DEPTH + PER_SECOND * seconds;
        long atOnce = Arrays.stream(arrivals)
                .filter(nanos -> nanos - arrivals[0] < TimeUnit.MILLISECONDS.toNanos(1_500))
                .count();
        System.out.printf(
                "%s: %d in %.1f s, one gateway %.0f; %d of them in 1.5 s%n",
                target, arrivals.length, seconds, due, atOnce);
        assertThat((double) arrivals.length).as(target).isCloseTo(due, within(TOLERANCE * due + 1));
        if (STRICT) {
            assertThat((double) atOnce).as(target).isCloseTo(DEPTH + 1.5 * PER_SECOND, within(TOLERANCE * DEPTH + 1));
        }
    }
}

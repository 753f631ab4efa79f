package dev.sluice.it.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.CountingGateway;
import dev.sluice.it.harness.net.SteadyLoad;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three sidecars restart under load, in all the ways there are, and limits a minute and an hour stay what they are. The
 * gateway counts. A limit is used up before the restarts, so what a restart forgets would pass twice.
 *
 * <p>With {@code -Dsluice.strict=true} each sidecar restarts in each way. The limits are used up slowly, there are pauses
 * between the restarts, and the load goes on for longer than the minute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartIT {
    private static final boolean STRICT = Boolean.getBoolean("sluice.strict");
    private static final int SIDECARS = 3;
    private static final int PER_MINUTE = 120;
    private static final int PER_HOUR = 1_000;
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    /** Nothing listens there. The port of a sidecar that has ended may be another process's soon. */
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    /** Each with two buckets of its own, under a load that goes on while sidecars restart. */
    enum Restart {
        /** One is stopped, one killed, one replaced by another name at its address: one after the other. */
        EACH_IN_ITS_WAY(false),
        ROLLING(true),
        KILLED(true),
        RENAMED(true),
        /** All are stopped and read their state files. */
        TOGETHER(false);

        final boolean isStrict;

        Restart(boolean isStrict) {
            this.isStrict = isStrict;
        }

        String bucket(String limit) {
            return limit + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Stream<Restart> restarts() {
        return Stream.of(Restart.values()).filter(restart -> STRICT || !restart.isStrict);
    }

    private final List<SidecarSetup> setups = new ArrayList<>();
    private final List<SidecarProcess> sidecars = new ArrayList<>();
    /** Where each was last seen: a load goes on with it while it restarts. */
    private final URI[] endpoints = new URI[SIDECARS];

    private CountingGateway gateway;

    @BeforeAll
    void start() throws IOException {
        SidecarProcess.jar();
        gateway = new CountingGateway();
        var buckets = new StringBuilder();
        for (var restart : Restart.values()) {
            buckets.append("%s { read-ops = %d/min }\n".formatted(restart.bucket("minute"), PER_MINUTE));
            buckets.append("%s { read-ops = %d/h }\n".formatted(restart.bucket("hour"), PER_HOUR));
        }
        for (int i = 0; i < SIDECARS; i++) {
            setups.add(SidecarSetup.before(gateway.endpoint())
                    .limits("buckets {\n" + buckets + "}")
                    .config("sluice.state-file = state")
                    .jvmFlags("-XX:TieredStopAtLevel=1"));
        }
        for (int i = 0; i < SIDECARS; i++) {
            var self = setups.get(i);
            var others = setups.stream().map(SidecarSetup::sync).filter(sync -> !sync.equals(self.sync()));
            setups.set(i, self.peers(others.toArray(String[]::new)));
        }
        setups.forEach(setup -> sidecars.add(null));
        atOnce(this::startNew);
        awaitAllLive();
    }

    @AfterAll
    void stop() throws IOException {
        for (var sidecar : sidecars) {
            if (sidecar != null) {
                sidecar.close();
            }
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @MethodSource("restarts")
    void limitsAMinuteAndAnHour_admitNoMore_whenSidecarsRestartUnderLoad(Restart restart) throws Exception {
        var minute = restart.bucket("minute");
        var hour = restart.bucket("hour");
        long begin = System.nanoTime();
        var loads = new ArrayList<SteadyLoad>();
        try {
            for (int i = 0; i < SIDECARS; i++) {
                loads.add(load(i, minute, STRICT ? 4 : 30));
                loads.add(load(i, hour, STRICT ? 10 : 120));
            }
            if (STRICT) {
                TimeUnit.SECONDS.sleep(10);
            } else {
                await().atMost(DEADLINE)
                        .until(() -> count(minute) >= 0.9 * PER_MINUTE && count(hour) >= 0.9 * PER_HOUR);
            }

            restart(restart);

            long loaded = System.nanoTime() - begin;
            TimeUnit.NANOSECONDS.sleep(
                    STRICT ? Math.max(0, TimeUnit.SECONDS.toNanos(100) - loaded) : TimeUnit.SECONDS.toNanos(1));
        } finally {
            loads.forEach(SteadyLoad::close);
        }

        // The gateway counts a request later than it was admitted, by as long as a response took at most.
        long late =
                loads.stream().mapToLong(load -> load.longestNanos.get()).max().orElseThrow();
        int inMinute = most(minute, PER_MINUTE, Duration.ofMinutes(1).minusNanos(late));
        int inHour = most(hour, PER_HOUR, Duration.ofHours(1).minusNanos(late));
        assertThat(inMinute).as(minute).isBetween((int) (0.9 * PER_MINUTE), (int) (1.02 * PER_MINUTE));
        assertThat(inHour).as(hour).isBetween((int) (0.9 * PER_HOUR), (int) (1.02 * PER_HOUR));
        assertThat(loads)
                .allSatisfy(load -> assertThat(load.others.sum())
                        .as("responses, the last with status %d", load.lastOther)
                        .isZero());
    }

    private SteadyLoad load(int sidecar, String bucket, int perSecond) {
        return SteadyLoad.start(() -> endpoint(sidecar), "s3", target(bucket), perSecond);
    }

    private static String target(String bucket) {
        return "/" + bucket + "/key";
    }

    private int count(String bucket) {
        return gateway.arrivals(target(bucket)).length;
    }

    private void restart(Restart restart) throws InterruptedException {
        switch (restart) {
            case EACH_IN_ITS_WAY ->
                oneByOne(i -> List.<IntConsumer>of(this::roll, this::kill, this::rename)
                        .get(i)
                        .accept(i));
            case ROLLING -> oneByOne(this::roll);
            case KILLED -> oneByOne(this::kill);
            case RENAMED -> oneByOne(this::rename);
            case TOGETHER -> {
                atOnce(this::stop);
                atOnce(this::startAgain);
            }
        }
        awaitAllLive();
    }

    private void roll(int i) {
        stop(i);
        startAgain(i);
    }

    private void stop(int i) {
        assertThat(sidecars.get(i).terminate()).isZero();
        endpoint(i, NOWHERE);
    }

    private void kill(int i) {
        sidecars.get(i).kill9();
        endpoint(i, NOWHERE);
        startAgain(i);
    }

    /** Without the state file of the old one. */
    private void rename(int i) {
        sidecars.get(i).close();
        endpoint(i, NOWHERE);
        setups.set(i, setups.get(i).config("sluice.node-id = another-" + i));
        startNew(i);
    }

    private void oneByOne(IntConsumer restart) throws InterruptedException {
        for (int i = 0; i < SIDECARS; i++) {
            restart.accept(i);
            awaitAllLive();
            if (STRICT) {
                TimeUnit.SECONDS.sleep(8);
            }
        }
    }

    private static void atOnce(IntConsumer restart) {
        var all = IntStream.range(0, SIDECARS)
                .mapToObj(i -> CompletableFuture.runAsync(() -> restart.accept(i)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).join();
    }

    private void startAgain(int i) {
        sidecars.get(i).restart();
        endpoint(i, sidecars.get(i).s3());
    }

    private void startNew(int i) {
        var sidecar = setups.get(i).start();
        sidecars.set(i, sidecar);
        endpoint(i, sidecar.s3());
    }

    private synchronized URI endpoint(int i) {
        return endpoints[i];
    }

    private synchronized void endpoint(int i, URI endpoint) {
        endpoints[i] = endpoint;
    }

    private void awaitAllLive() {
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(sidecars)
                        .allSatisfy(sidecar ->
                                assertThat(AdminPort.livePeers(sidecar)).isEqualTo(SIDECARS - 1)));
    }

    /** The most that was served in a period. */
    private int most(String bucket, int limit, Duration period) {
        var arrivals = gateway.arrivals(target(bucket));
        int most = SlidingPeriod.most(arrivals, period.toNanos());
        System.out.printf(
                "%s: %d requests served in %.0f s, at most %d of %d in %.1f s%n",
                bucket,
                arrivals.length,
                (arrivals[arrivals.length - 1] - arrivals[0]) * 1e-9,
                most,
                limit,
                period.toNanos() * 1e-9);
        return most;
    }
}

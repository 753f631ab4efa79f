package dev.sluice.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.CountingGateway;
import dev.sluice.it.harness.net.SteadyLoad;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One of three sidecars is killed again and again, and comes back under another name each time, as a container does. The others
 * still know three sidecars, and the limit is what it was. With {@code -Dsluice.strict=true} 20 times, and measured each time.
 */
class KilledAgainIT {
    private static final boolean STRICT = Boolean.getBoolean("sluice.strict");
    private static final int KILLS = STRICT ? 20 : 5;
    private static final int SIDECARS = 3;
    private static final int LIMIT = 100;
    private static final int RATE_EACH = 70;
    private static final String TARGET = "/b/key";
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int MEASURED_SECONDS = 4;
    /** What must be asked for, in multiples of the limit. */
    private static final double ENOUGH = 1.5;

    private final List<SidecarSetup> setups = new ArrayList<>();
    private final List<SidecarProcess> sidecars = new ArrayList<>();
    private final List<SteadyLoad> loads = new ArrayList<>();
    private CountingGateway gateway;

    @AfterEach
    void stop() throws Exception {
        loads.forEach(SteadyLoad::close);
        sidecars.forEach(SidecarProcess::close);
        if (gateway != null) {
            gateway.close();
        }
    }

    @Test
    void killsWithANewNameEach_leaveTheLimit() throws Exception {
        SidecarProcess.jar();
        gateway = new CountingGateway();
        for (int i = 0; i < SIDECARS; i++) {
            setups.add(SidecarSetup.before(gateway.endpoint())
                    .limits("buckets { b { read-ops = %d/s } }".formatted(LIMIT))
                    .jvmFlags("-XX:TieredStopAtLevel=1"));
        }
        for (int i = 0; i < SIDECARS; i++) {
            var self = setups.get(i);
            var others = setups.stream().map(SidecarSetup::sync).filter(sync -> !sync.equals(self.sync()));
            setups.set(i, self.peers(others.toArray(String[]::new)));
        }
        setups.forEach(setup -> sidecars.add(setup.start()));
        var killed = new AtomicReference<URI>(sidecars.get(2).s3());
        loads.add(load(0));
        loads.add(load(1));
        loads.add(SteadyLoad.start(killed::get, "s3", TARGET, RATE_EACH));
        awaitAllLive();
        for (int kill = 0; kill < KILLS; kill++) {
            sidecars.get(2).kill9();
            sidecars.get(2).close();
            sidecars.set(
                    2,
                    setups.get(2).config("sluice.node-id = container-" + kill).start());
            killed.set(sidecars.get(2).s3());
            awaitAllLive();
            if (STRICT || kill == KILLS - 1) {
                assertHeld(kill);
            }
        }
    }

    private SteadyLoad load(int sidecar) {
        return SteadyLoad.start(() -> sidecars.get(sidecar).s3(), "s3", TARGET, RATE_EACH);
    }

    private void assertHeld(int kill) throws InterruptedException {
        TimeUnit.SECONDS.sleep(2);
        long rejectedBefore = rejected();
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(MEASURED_SECONDS);
        long end = System.nanoTime();
        long served = Arrays.stream(gateway.arrivals(TARGET))
                .filter(nanos -> nanos - begin >= 0 && nanos - end < 0)
                .count();
        double wanted = LIMIT * (end - begin) * 1e-9;
        long rejected = rejected() - rejectedBefore;
        System.out.printf(
                "after kill %d: %d requests served of %.0f, %d rejected%n", kill + 1, served, wanted, rejected);
        Prerequisite.require(
                served + rejected >= ENOUGH * wanted, "a machine that offers half as much again as the limit");
        assertThat((double) served).as("after kill %d", kill + 1).isBetween(0.95 * wanted, 1.05 * wanted);
    }

    private long rejected() {
        return loads.stream().mapToLong(load -> load.rejected.sum()).sum();
    }

    private void awaitAllLive() {
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(sidecars)
                        .allSatisfy(sidecar ->
                                assertThat(AdminPort.livePeers(sidecar)).isEqualTo(SIDECARS - 1)));
    }
}

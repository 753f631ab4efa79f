package dev.sluice.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.s3.EmbeddedS3;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A sidecar crashes, restarts, or starts before the other. The other serves on, and they reconnect. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerFaultsIT {
    /**
     * A budget that hardly grows during a test, so that counts are exact. It is unpaced, because a paced sidecar holds back
     * part of a burst until the others received its reports.
     */
    private static final int BUDGET = 60;

    private EmbeddedS3 backend;

    @BeforeAll
    void startBackend() {
        SidecarProcess.jar();
        backend = EmbeddedS3.start("ALICEKEY1", "alicesecret1");
    }

    @AfterAll
    void stopBackend() {
        if (backend != null) {
            backend.close();
        }
    }

    private SidecarSetup setup() {
        return SidecarSetup.before(backend.endpoint())
                .limits("anonymous { read-ops = " + BUDGET + "/h, meter = bucket, burst = 1h, sharing = none }");
    }

    /** Sends anonymous reads and returns how many are admitted. */
    private static int admitted(SidecarProcess sidecar, int reads) throws IOException {
        int admitted = 0;
        for (int i = 0; i < reads; i++) {
            var response = WireHttpClient.get(sidecar.s3().resolve("/bucket/key"));
            assertThat(response.status()).isIn(403, 404, 503);
            if (response.status() != 503) {
                admitted++;
            }
        }
        return admitted;
    }

    private static void awaitUsed(SidecarProcess sidecar, int used) {
        await().untilAsserted(() -> assertThat(AdminPort.usage(sidecar)).contains("\"used\":" + used));
    }

    @Test
    void killedPeer_isGone_comesBack_andSharesTheLimitAgain() throws Exception {
        var setupA = setup();
        var setupB = setup();
        try (var a = setupA.peers(setupB.sync()).start();
                var b = setupB.peers(setupA.sync()).start()) {
            await().untilAsserted(() -> assertThat(AdminPort.livePeers(a)).isEqualTo(1));
            await().untilAsserted(() -> assertThat(AdminPort.livePeers(b)).isEqualTo(1));
            assertThat(admitted(b, 10)).isEqualTo(10);
            awaitUsed(a, 10);

            var serving = new AtomicBoolean(true);
            var failure = new AtomicReference<Throwable>();
            var probe = new Thread(() -> {
                while (serving.get()) {
                    try {
                        WireHttpClient.get(a.s3().resolve("/swift/healthcheck"));
                    } catch (IOException | RuntimeException e) {
                        failure.compareAndSet(null, e);
                        return;
                    }
                }
            });
            probe.start();
            b.kill9();
            await().untilAsserted(() -> assertThat(AdminPort.livePeers(a)).isZero());
            assertThat(admitted(a, 10)).isEqualTo(10);

            b.restart();

            await().untilAsserted(() -> assertThat(AdminPort.livePeers(a)).isEqualTo(1));
            await().untilAsserted(() -> assertThat(AdminPort.livePeers(b)).isEqualTo(1));
            // The restarted b does not know earlier usage; its admissions from now on count on both.
            assertThat(admitted(b, 15)).isEqualTo(15);
            awaitUsed(a, 35);
            assertThat(admitted(a, 2 * BUDGET)).isBetween(BUDGET - 35, BUDGET - 34);
            serving.set(false);
            probe.join();
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void sidecarThatStartsFirst_servesAlone_andFindsTheOtherWhenItComes() throws Exception {
        var setupA = setup();
        var setupB = setup();
        try (var a = setupA.peers(setupB.sync()).start()) {
            assertThat(AdminPort.livePeers(a)).isZero();
            assertThat(admitted(a, 5)).isEqualTo(5);

            try (var b = setupB.peers(setupA.sync()).start()) {
                await().untilAsserted(() -> assertThat(AdminPort.livePeers(a)).isEqualTo(1));
                await().untilAsserted(() -> assertThat(AdminPort.livePeers(b)).isEqualTo(1));
                assertThat(admitted(b, 20)).isEqualTo(20);
                awaitUsed(a, 25);
                assertThat(admitted(a, 10)).isEqualTo(10);
                await().untilAsserted(() -> assertThat(AdminPort.usage(b)).containsPattern("\"used\":3[05]"));
            }

            await().untilAsserted(() -> assertThat(AdminPort.livePeers(a)).isZero());
            assertThat(admitted(a, 1)).isEqualTo(1);
        }
    }
}

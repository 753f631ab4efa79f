package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.s3.EmbeddedS3;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Start, ready line, errors and end of the process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SidecarLifecycleIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private EmbeddedS3 backend;

    @BeforeAll
    void startBackend() {
        SidecarProcess.jar(); // skips all tests of the class if there is no jar
        backend = EmbeddedS3.start("ALICEKEY1", "alicesecret1");
    }

    @AfterAll
    void stopBackend() {
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void admin_answersWhatOperatorsAsk() throws Exception {
        try (var sidecar = SidecarSetup.before(backend.endpoint()).start()) {
            for (var path : new String[] {"/ping", "/ready", "/healthz", "/api/v1/usage", "/api/v1/peers"}) {
                assertThat(WireHttpClient.get(sidecar.admin().resolve(path)).status())
                        .as(path)
                        .isEqualTo(200);
            }
            WireHttpClient.get(sidecar.s3().resolve("/bucket/key"));
            assertThat(WireHttpClient.get(sidecar.admin().resolve("/metrics")).body())
                    .contains("sluice_requests_total")
                    .contains("outcome=\"admitted\"");
        }
    }

    @Test
    void terminate_endsWithZero() {
        try (var sidecar = SidecarSetup.before(backend.endpoint()).start()) {
            assertThat(sidecar.terminate()).isZero();
        }
    }

    @Test
    void restart_servesAgain_underTheSameSyncAddress() throws Exception {
        try (var sidecar = SidecarSetup.before(backend.endpoint()).start()) {
            var sync = sidecar.sync();
            sidecar.kill9();
            var gone = sidecar.s3();
            assertThatThrownBy(() -> WireHttpClient.get(gone)).isInstanceOf(IOException.class);

            sidecar.restart();

            assertThat(WireHttpClient.get(sidecar.s3().resolve("/bucket/key")).status())
                    .isIn(403, 404);
            assertThat(sidecar.sync()).isEqualTo(sync);
        }
    }

    @Test
    void rejection_isWhatClientsUnderstand_andEndsWithTheLimit() throws Exception {
        var setup = SidecarSetup.before(backend.endpoint()).limits("anonymous { read-ops = 1/h }");
        try (var sidecar = setup.start()) {
            WireHttpClient.get(sidecar.s3().resolve("/bucket/key"));
            var refused = WireHttpClient.get(sidecar.s3().resolve("/bucket/key"));

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo("Slow Down");
            assertThat(refused.body()).contains("<Code>SlowDown</Code>");
            assertThat(refused.header("Retry-After")).matches("[1-9]\\d*");
            assertThat(refused.header("x-amz-request-id")).isNotEmpty();

            // A limit of 0 never has room: there is no time to name.
            sidecar.writeLimits("anonymous { read-ops = 0/s }");
            await().atMost(DEADLINE).untilAsserted(() -> {
                var forbidden = WireHttpClient.get(sidecar.s3().resolve("/bucket/key"));
                assertThat(forbidden.status()).isEqualTo(503);
                assertThat(forbidden.header("Retry-After")).isEmpty();
            });

            sidecar.writeLimits("anonymous { read-ops = 1000/s }");
            await().atMost(DEADLINE)
                    .untilAsserted(
                            () -> assertThat(WireHttpClient.get(sidecar.s3().resolve("/bucket/key"))
                                            .status())
                                    .isIn(403, 404));
        }
    }

    @Test
    void badConfiguration_doesNotStart_andNamesTheKey() {
        var setup = SidecarSetup.before(backend.endpoint()).config("sluice.sync.interval = soon");

        assertThatThrownBy(setup::start).isInstanceOf(AssertionError.class).hasMessageContaining("interval");
    }
}

package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.s3.EmbeddedS3;
import dev.sluice.it.harness.net.EndlessGateway;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A sidecar that gets SIGTERM under load, one without free file descriptors, and one without free heap. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SidecarBoundsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Pattern ACCEPT_FAILURES = Pattern.compile("\nsluice_accept_failures_total (\\S+)");

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

    /**
     * A client that sends without a pause and never retries. It moves to another sidecar when a connection closes and this
     * sidecar is not ready.
     */
    private static void ask(SidecarProcess sidecar, AtomicInteger answered, Queue<Throwable> failures) {
        URI target = sidecar.s3().resolve("/bucket/key");
        URI ready = sidecar.admin().resolve("/ready");
        try {
            do {
                try (var connection = WireHttpClient.connect(target)) {
                    for (boolean last = false; !last; ) {
                        connection.send("GET /bucket/key HTTP/1.1\r\nHost: " + target.getAuthority() + "\r\n\r\n");
                        var response = connection.readResponse();
                        assertThat(response.status()).isIn(403, 404);
                        answered.incrementAndGet();
                        last = response.header("Connection").equalsIgnoreCase("close");
                    }
                }
            } while (isReady(ready));
        } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    private static boolean isReady(URI ready) {
        try {
            return WireHttpClient.get(ready).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void terminateUnderLoad_losesNoRequest_ofClientsThatFollowTheProtocol() throws Exception {
        var setup = SidecarSetup.before(backend.endpoint()).config("sluice.listen.drain-lead = 1s");
        var answered = new AtomicInteger();
        var failures = new ConcurrentLinkedQueue<Throwable>();
        List<Thread> clients = new ArrayList<>();
        try (var sidecar = setup.start()) {
            for (int i = 0; i < 8; i++) {
                var client = new Thread(() -> ask(sidecar, answered, failures));
                clients.add(client);
                client.start();
            }
            await().atMost(DEADLINE).until(() -> answered.get() > 100 || !failures.isEmpty());

            assertThat(sidecar.terminate()).isZero();
            for (var client : clients) {
                client.join();
            }

            assertThat(failures).isEmpty();
        }
    }

    @Test
    void processWithoutFilesLeft_goesOnWithWhatItHas_andRecovers() throws Exception {
        var setup = SidecarSetup.before(backend.endpoint()).config("sluice.listen.max-connections = 1000");
        List<WireHttpClient> clients = new ArrayList<>();
        try (var sidecar = setup.start();
                var admin = WireHttpClient.connect(sidecar.admin());
                var served = WireHttpClient.connect(sidecar.s3());
                var waiting = WireHttpClient.connect(sidecar.s3())) {
            assertThat(request(served, "/bucket/key").status()).isIn(403, 404);
            assertThat(request(waiting, "/bucket/key").status()).isIn(403, 404);
            assertThat(request(admin, "/ping").status()).isEqualTo(200);
            limitFiles(sidecar, openFiles(sidecar) + 10);

            for (int i = 0; i < 50; i++) {
                clients.add(WireHttpClient.connect(sidecar.s3()));
            }
            // More than one: it retries, but with pauses, else there would be thousands.
            await().atMost(DEADLINE).until(() -> acceptFailures(admin) >= 3);

            assertThat(acceptFailures(admin)).isLessThan(100);
            assertThat(request(served, "/bucket/key").status()).isIn(403, 404);
            for (var client : clients) {
                client.close();
            }
            await().atMost(DEADLINE)
                    .ignoreExceptions()
                    .until(() -> WireHttpClient.get(sidecar.s3().resolve("/bucket/key"))
                                    .status()
                            != 502);
            assertThat(request(waiting, "/bucket/key").status()).isIn(403, 404);
        }
    }

    @Test
    void requestForWhichNoFileIsLeft_isAnsweredAndCostsNoMore() throws Exception {
        // Connections to the gateway are not reused: each request needs a new one.
        var setup = SidecarSetup.before(backend.endpoint()).config("sluice.upstream.idle-timeout = 10ms");
        try (var sidecar = setup.start();
                var admin = WireHttpClient.connect(sidecar.admin());
                var first = WireHttpClient.connect(sidecar.s3());
                var second = WireHttpClient.connect(sidecar.s3())) {
            request(admin, "/ping");
            request(first, "/bucket/key");
            request(second, "/bucket/key");
            long files = openFiles(sidecar);
            limitFiles(sidecar, 1);
            await().atMost(DEADLINE).until(() -> openFiles(sidecar) < files);

            await().atMost(DEADLINE).until(() -> {
                var response = request(first, "/bucket/key");
                return response.status() == 502 && response.header("Connection").equalsIgnoreCase("close");
            });
            limitFiles(sidecar, 4096);

            assertThat(request(second, "/bucket/key").status()).isIn(403, 404);
        }
    }

    @Test
    void readersThatStall_takeNothingFromOthers() throws Exception {
        List<WireHttpClient> stalled = new ArrayList<>();
        try (var gateway = new EndlessGateway();
                var sidecar = SidecarSetup.before(gateway.endpoint())
                        .jvmFlags("-XX:MaxDirectMemorySize=32m")
                        .start();
                var other = WireHttpClient.connect(sidecar.s3())) {
            // With the largest read for each, this would need twice the available memory.
            for (int i = 0; i < 128; i++) {
                var client = WireHttpClient.connect(sidecar.s3());
                stalled.add(client);
                client.send("GET /huge HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            for (var client : stalled) {
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            }

            for (int i = 0; i < 500; i++) {
                assertThat(request(other, "/small").status()).isEqualTo(200);
            }
            assertThat(WireHttpClient.get(sidecar.admin().resolve("/metrics")).body())
                    .contains("sluice_exchanges " + stalled.size() + ".0\n")
                    .contains("sluice_requests_total{outcome=\"upstream-failed\"} 0.0\n");
            // Before the sidecar stops, which would wait for them.
            for (var client : stalled) {
                client.close();
            }
        }
    }

    @Test
    void processWhoseHeapIsFull_endsWithCode3_andShowsWhatFilledIt() throws Exception {
        // More connections than fit into this heap. The other flags are those of the sluice script.
        var setup = SidecarSetup.before(backend.endpoint())
                .config("sluice.listen.max-connections = 20000")
                .jvmFlags(
                        "-Xmx20m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:OnOutOfMemoryError=cat /tmp/sluice-heap-%p >&2 2>/dev/null; rm -f /tmp/sluice-heap-%p");
        List<WireHttpClient> clients = new ArrayList<>();
        try (var sidecar = setup.start()) {
            try {
                for (int i = 0; i < 8_000 && sidecar.alive(); i++) {
                    var client = WireHttpClient.connect(sidecar.s3());
                    clients.add(client);
                    client.send("GET /bucket/key HTTP/1.1\r\nX: " + "y".repeat(600));
                    if (i == 1_000) {
                        // the note is up to date within a second
                        await().atMost(DEADLINE).until(() -> note(sidecar).contains(" client connections ("));
                    }
                }
            } catch (IOException e) {
                // It has ended meanwhile.
            }

            assertThat(sidecar.awaitExit()).as(sidecar::log).isEqualTo(3);
            assertThat(sidecar.log())
                    .containsPattern(
                            "sluice: the heap, of \\d+ MiB, is full. .* about: \\d+ client connections \\(\\d+ MiB\\)");
            assertThat(Path.of("/tmp/sluice-heap-" + sidecar.pid())).doesNotExist();
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }

    private static String note(SidecarProcess sidecar) throws IOException {
        var note = Path.of("/tmp/sluice-heap-" + sidecar.pid());
        return Files.exists(note) ? Files.readString(note) : "";
    }

    private static WireHttpClient.WireResponse request(WireHttpClient connection, String target) throws IOException {
        connection.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return connection.readResponse();
    }

    private static double acceptFailures(WireHttpClient admin) throws IOException {
        var found = ACCEPT_FAILURES.matcher(request(admin, "/metrics").body());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }

    private static long openFiles(SidecarProcess sidecar) throws IOException {
        try (var files = Files.list(Path.of("/proc/" + sidecar.pid() + "/fd"))) {
            return files.count();
        }
    }

    /** Sets its limit of open files; open ones stay open. */
    private static void limitFiles(SidecarProcess sidecar, long files) {
        ShellCommand.of("prlimit", "--pid", Long.toString(sidecar.pid()), "--nofile=" + files + ":")
                .output();
    }
}

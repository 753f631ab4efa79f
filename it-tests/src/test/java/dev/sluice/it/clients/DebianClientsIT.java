package dev.sluice.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Common S3 clients of the shell. Each creates a bucket, uploads a small object and one in parts, lists and downloads them,
 * makes a presigned URL, and deletes. It runs through a sidecar, or with {@code sluice.sidecar=off} directly to the backend.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class DebianClientsIT {
    private static final int PARTS_BYTES = 17 * TestBytes.MIB;
    private static final String SMALL_KEY = "some dir/small & plain ü+1.txt";

    @TempDir
    static Path folder;

    private S3Backend backend;
    private SidecarProcess sidecar;
    private URI endpoint;
    private Path small;
    private Path parts;

    @BeforeAll
    void start() throws IOException {
        requireClients();
        backend = S3Backend.best();
        if ("off".equals(System.getProperty("sluice.sidecar"))) {
            endpoint = backend.endpoints().get(0);
        } else {
            sidecar = SidecarSetup.before(backend.endpoints().get(0)).start();
            endpoint = sidecar.s3();
        }
        small = Files.writeString(folder.resolve("small"), "hello");
        parts = Files.write(folder.resolve("parts"), TestBytes.random(PARTS_BYTES, 5));
    }

    @AfterAll
    void stop() {
        if (sidecar != null) {
            sidecar.close();
        }
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void awscli_roundTrip() throws Exception {
        roundTrip(DebianClient.awscli(backend.alice()));
    }

    @Test
    void s3cmd_roundTrip() throws Exception {
        roundTrip(DebianClient.s3cmd(backend.alice(), endpoint));
    }

    @Test
    void rclone_roundTrip() throws Exception {
        roundTrip(DebianClient.rclone(backend.alice(), endpoint));
    }

    @Test
    void boto3_roundTrip() {
        var output = ShellCommand.of(
                        "/usr/bin/python3",
                        SourceTree.path("it-tests/clients/boto3_roundtrip.py").toString(),
                        endpoint.toString(),
                        bucket(),
                        parts.toString())
                .onlyWith(DebianClient.boto3Environment(backend.alice(), folder))
                .output();

        assertThat(output).endsWith("ok\n");
    }

    private void roundTrip(DebianClient client) throws Exception {
        var bucket = bucket();
        var one = client.new Session(folder, endpoint, bucket, SMALL_KEY);
        var many = client.new Session(folder, endpoint, bucket, "parts");
        var back = folder.resolve("back-" + bucket);

        one.run(client.makeBucket());
        one.run(client.upload(), small);
        many.run(client.upload(), parts);

        assertThat(one.run(client.list())).contains(SMALL_KEY).contains("parts");
        many.run(client.download(), back);
        assertThat(TestBytes.sha256(Files.readAllBytes(back))).isEqualTo(TestBytes.sha256(Files.readAllBytes(parts)));
        assertThat(fetch(one.run(client.presign()).strip())).isEqualTo("hello");

        one.run(client.delete());
        many.run(client.delete());
        assertThat(one.run(client.list())).doesNotContain("parts");
    }

    private static String fetch(String url) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new IOException("GET " + url, e);
        }
    }

    private static String bucket() {
        return "shell-" + Long.toHexString(new Random().nextLong());
    }

    /** Installs the clients, or skips the test where that is not possible. */
    private static void requireClients() {
        var debian = Files.exists(Path.of("/etc/debian_version"));
        Prerequisite.require(debian, "the clients come from Debian, and this is none");
        var install = ShellCommand.of(
                        SourceTree.path("it-tests/clients/install.sh").toString())
                .within(Duration.ofMinutes(10))
                .run();
        Prerequisite.require(install.exit() == 0, "the clients cannot be installed: " + install.output());
    }
}

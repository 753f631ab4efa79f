package dev.sluice.proxy.app;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Whole sidecars before a gateway that accepts everything, as the command starts them, in one JVM. Limits are so slow to refill that time plays no part. */
abstract class SidecarFixture {
    static WireMockServer gateway = newGateway();

    private static WireMockServer newGateway() {
        return new WireMockServer(
                options().bindAddress("127.0.0.1").dynamicPort().gzipDisabled(true));
    }

    static final String LIMITS = """
            limits {
              defaults { meter = bucket, sharing = none }
              each-user { read-ops = 2/h }
              users { alice { read-ops = 20/h, delete-ops = 40/h }, free { }, stopped { read-ops = 0/s } }
              access-keys { AKIDALICE = alice, AKIDFREE = free, AKIDSTOPPED = stopped }
            }
            """;

    @TempDir
    Path directory;

    Path limitsFile;
    /** More settings. */
    String more = "";

    @BeforeAll
    static void startGateway() {
        gateway = newGateway();
        gateway.start();
        gateway.stubFor(any(anyUrl()).willReturn(ok("stored")));
    }

    @AfterAll
    static void stopGateway() {
        gateway.stop();
    }

    @BeforeEach
    void writeLimits() throws IOException {
        limitsFile = Files.writeString(directory.resolve("limits.conf"), LIMITS);
    }

    Sidecar start(String node) throws IOException {
        return start(node, "127.0.0.1:0", "tcp://127.0.0.1:0", "127.0.0.1:0");
    }

    Sidecar start(String node, String listen, String sync, String admin) throws IOException {
        Path file = Files.writeString(
                directory.resolve(node + ".conf"), """
                sluice {
                  node-id = %s
                  listen.address = "%s"
                  upstream.address = "127.0.0.1:%d"
                  limits-file = limits.conf
                  sync { listen = "%s", cluster = sidecar-test, interval = 20ms }
                  admin.address = "%s"
                  %s
                }
                """.formatted(node, listen, gateway.port(), sync, admin, more));
        ReadResult<Configuration> checked = ConfigCheck.check(file);
        assertThat(checked.problems()).isEmpty();
        Configuration configuration = checked.value().orElseThrow();
        return Sidecar.start(configuration);
    }

    static String get(Sidecar sidecar, String accessKey) throws IOException {
        String authorization = "Authorization: AWS4-HMAC-SHA256 Credential=" + accessKey
                + "/20260101/default/s3/aws4_request, SignedHeaders=host, Signature=5e5510n\r\n";
        return RawHttp.request(sidecar.listenAddress(), "GET", "/bucket/key", authorization);
    }

    static void assertAdmitted(String response) {
        assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").contains("stored");
    }

    static void assertRefused(String response) {
        assertThat(response).startsWith("HTTP/1.1 503 Slow Down\r\n").contains("<BucketName>bucket</BucketName>");
    }

    static Config admin(Sidecar sidecar, String path) throws IOException {
        return ConfigFactory.parseString(RawHttp.get(sidecar.adminAddress(), path));
    }

    static long used(Sidecar sidecar, String subject) throws IOException {
        return admin(sidecar, "/api/v1/usage").getConfigList("usage").stream()
                .filter(row -> row.getString("subject").equals(subject))
                .mapToLong(row -> row.getLong("used"))
                .sum();
    }

    static String metrics(Sidecar sidecar) throws IOException {
        return RawHttp.get(sidecar.adminAddress(), "/metrics");
    }

    static void introduce(Sidecar... sidecars) {
        List<String> endpoints = new ArrayList<>();
        for (Sidecar sidecar : sidecars) {
            endpoints.add(sidecar.syncEndpoint());
        }
        for (Sidecar sidecar : sidecars) {
            sidecar.setPeers(endpoints);
        }
        for (Sidecar sidecar : sidecars) {
            await().until(() -> metrics(sidecar).contains("sluice_peers_live " + (sidecars.length - 1) + ".0"));
        }
    }
}

package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.proxy.cli.CheckCommand;
import dev.sluice.proxy.cli.Main;
import dev.sluice.proxy.testing.RawHttp;
import dev.sluice.proxy.testing.TestTls;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole sidecar whose clients come by TLS, and what its operator sees of it. */
class SidecarTlsTest {
    @TempDir
    private Path directory;

    private Path settings;

    @BeforeEach
    void writeFiles() throws IOException {
        write(TestTls.SERVER);
        Files.writeString(directory.resolve("limits.conf"), "limits { anonymous { read-ops = 0/s } }");
        settings = Files.writeString(directory.resolve("sluice.conf"), """
                sluice {
                  listen { address = "127.0.0.1:0", tls { certificate-file = tls.crt, key-file = tls.key } }
                  upstream.address = "127.0.0.1:1"
                  sync.listen = ""
                  admin.address = "127.0.0.1:0"
                }
                """);
    }

    private void write(X509Bundle bundle) throws IOException {
        Files.writeString(directory.resolve("tls.crt"), bundle.getCertificatePathPEM());
        Files.writeString(directory.resolve("tls.key"), bundle.getPrivateKeyPEM());
    }

    private Sidecar start() throws IOException {
        ReadResult<Configuration> checked = ConfigCheck.check(settings);
        assertThat(checked.problems()).isEmpty();
        Configuration configuration = checked.value().orElseThrow();
        return Sidecar.start(configuration);
    }

    private static Certificate shown(Sidecar sidecar) throws IOException {
        try (SSLSocket socket = TestTls.connect(sidecar.listenAddress())) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String metric(Sidecar sidecar, String name) throws IOException {
        return RawHttp.get(sidecar.adminAddress(), "/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse("none");
    }

    @Test
    void renewedCertificate_isUsedWithoutARestart_andConnectionsGoOn() throws Exception {
        try (Sidecar sidecar = start();
                SSLSocket old = TestTls.connect(sidecar.listenAddress())) {
            assertThat(shown(sidecar)).isEqualTo(TestTls.SERVER.getCertificate());

            write(TestTls.SERVER_TWO);

            await().untilAsserted(() -> assertThat(shown(sidecar)).isEqualTo(TestTls.SERVER_TWO.getCertificate()));
            old.getOutputStream()
                    .write("GET /b/k HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(old.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 503 Slow Down\r\n");
            assertThat(metric(sidecar, "sluice_tls_certificate_loads_total")).endsWith(" 1.0");
            assertThat(metric(sidecar, "sluice_tls_certificate_expiry_timestamp_seconds"))
                    .isNotEqualTo("none");
        }
    }

    @Test
    void badCertificate_isNotUsed_andReported() throws Exception {
        try (Sidecar sidecar = start()) {
            assertThat(RawHttp.get(sidecar.adminAddress(), "/ready")).contains("\"tls\":{\"state\":\"ok\"");

            Files.writeString(directory.resolve("tls.key"), TestTls.SERVER_TWO.getPrivateKeyPEM());

            await().untilAsserted(() ->
                    assertThat(metric(sidecar, "sluice_tls_certificate_stale")).endsWith(" 1.0"));
            assertThat(shown(sidecar)).isEqualTo(TestTls.SERVER.getCertificate());
            assertThat(RawHttp.get(sidecar.adminAddress(), "/ready"))
                    .contains("\"tls\":{\"state\":\"stale\"")
                    .contains("this is not the key of the certificate");
            assertThat(metric(sidecar, "sluice_tls_certificate_load_failures_total"))
                    .endsWith(" 1.0");
        }
    }

    @Test
    void quotaPort_hasTlsAndATokenOfItsOwn() throws Exception {
        Files.writeString(directory.resolve("token"), "0123456789abcdef\n");
        Files.writeString(directory.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = 10\n");
        Files.writeString(
                settings,
                "sluice.quota { listen = \"127.0.0.1:0\", token-file = token,"
                        + " tls { certificate-file = tls.crt, key-file = tls.key } }\n",
                StandardOpenOption.APPEND);
        try (Sidecar sidecar = start()) {
            assertThat(quotas(sidecar, "GET /ping", "", "")).startsWith("HTTP/1.1 200 ");
            assertThat(quotas(sidecar, "GET /api/v1/quotas", "", "")).startsWith("HTTP/1.1 401 ");
            assertThat(quotas(sidecar, "PUT /api/v1/quotas/alloc/ns/r", "", "{\"capacity\": 1}"))
                    .startsWith("HTTP/1.1 401 ");
            assertThat(quotas(
                            sidecar,
                            "PUT /api/v1/quotas/alloc/ns/r",
                            "Authorization: Bearer 0123456789abcdef\r\n",
                            "{\"capacity\": 1}"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("\"capacity\":1");

            write(TestTls.SERVER_TWO);

            await().untilAsserted(() -> {
                try (SSLSocket socket = TestTls.connect(sidecar.quotaAddress().orElseThrow())) {
                    assertThat(socket.getSession().getPeerCertificates()[0])
                            .isEqualTo(TestTls.SERVER_TWO.getCertificate());
                }
            });
        }
    }

    private static String quotas(Sidecar sidecar, String line, String header, String body) throws IOException {
        try (SSLSocket socket = TestTls.connect(sidecar.quotaAddress().orElseThrow())) {
            socket.getOutputStream()
                    .write((line + " HTTP/1.1\r\nHost: q\r\nConnection: close\r\n" + header + "Content-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void filesThatDoNotFit_areRefusedAtStart() throws Exception {
        Files.writeString(directory.resolve("tls.key"), TestTls.SERVER_TWO.getPrivateKeyPEM());
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        int code = CheckCommand.run(
                settings.toString(),
                new PrintStream(output, true, StandardCharsets.UTF_8),
                new PrintStream(output, true, StandardCharsets.UTF_8));

        assertThat(code).isEqualTo(Main.BAD_USAGE);
        assertThat(output.toString(StandardCharsets.UTF_8))
                .contains(settings + ":2:71: sluice.listen.tls.key-file: \"" + directory.resolve("tls.key")
                        + "\": this is not the key of the certificate \"CN=server\" in \""
                        + directory.resolve("tls.crt") + "\"; name the two that were made together");
    }
}

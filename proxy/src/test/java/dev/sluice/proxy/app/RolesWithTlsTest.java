package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.proxy.testing.TestTls;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quota services with roles apart whose ports have TLS. */
class RolesWithTlsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String CALL = "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":3}";
    private static final String VIEW = "{\"namespace\":\"ns\",\"resource\":\"r\"}";
    private static final String WITH_TLS = "tls { certificate-file = tls.crt, key-file = tls.key, ca-file = ca.crt }";

    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TestTls.client()).build();
    private final List<QuotaService> services = new ArrayList<>();

    @TempDir
    Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("quotas.conf"), "quotas { alloc.ns.r { capacity = 10 } }");
        Files.writeString(folder.resolve("ca.crt"), TestTls.AUTHORITY.getCertificatePEM());
        write(TestTls.SERVER);
    }

    private void write(X509Bundle bundle) throws IOException {
        Files.writeString(folder.resolve("tls.crt"), bundle.getCertificatePathPEM());
        Files.writeString(folder.resolve("tls.key"), bundle.getPrivateKeyPEM());
    }

    private QuotaService start(String node, String roles, String tls) throws IOException {
        Path file = Files.writeString(folder.resolve(node + ".conf"), """
                sluice {
                  node-id = %s
                  quota { listen = "127.0.0.1:0", quotas-overlay = "", roles = [%s], %s }
                  sync { listen = "tcp://127.0.0.1:0", cluster = roles-tls, interval = 20ms }
                  admin.address = "127.0.0.1:0"
                }
                """.formatted(node, roles, tls));
        QuotaService service =
                QuotaService.start(ConfigCheck.checkQuotaAlone(file).value().orElseThrow());
        services.add(service);
        services.forEach(each ->
                each.setPeers(services.stream().map(QuotaService::syncEndpoint).toList()));
        return service;
    }

    @AfterEach
    void close() {
        services.forEach(QuotaService::close);
    }

    private String post(String scheme, QuotaService to, String call, String body)
            throws IOException, InterruptedException {
        InetSocketAddress address = to.listenAddress();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(scheme + "://127.0.0.1:" + address.getPort() + "/api/v1/" + call))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void calls_areForwardedByTls() throws Exception {
        QuotaService alloc = start("alloc", "alloc", WITH_TLS);
        QuotaService proxy = start("proxy", "proxy", WITH_TLS);
        QuotaService withoutTls = start("plain", "proxy", "tls { ca-file = ca.crt }");

        await().atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(post("https", proxy, "view", VIEW)).contains("\"capacity\":10"));
        assertThat(post("https", proxy, "alloc", CALL)).contains("\"remaining_tokens\":7");
        await().atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(post("http", withoutTls, "view", VIEW)).contains("\"allocated\":3"));
        assertThat(post("https", alloc, "view", VIEW)).contains("\"allocated\":3");
    }

    @Test
    void nodeWhoseCertificateIsNotTrusted_getsNoCall() throws Exception {
        write(TestTls.issued("other", TestTls.UNTRUSTED));
        start("alloc", "alloc", WITH_TLS);
        QuotaService proxy = start("proxy", "proxy", "tls { ca-file = ca.crt }");

        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(post("http", proxy, "alloc", CALL))
                        .contains("\"status\":1005", "node alloc did not respond", "the connection ended"));
    }

    @Test
    void nodeWithTls_sendsNothingWithoutIt() throws Exception {
        start("alloc", "alloc", "");
        QuotaService proxy = start("proxy", "proxy", WITH_TLS);
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(client.send(
                                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:"
                                                        + proxy.listenAddress().getPort() + "/memberlist"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains("\"hostname\":\"alloc\""));

        assertThat(post("https", proxy, "alloc", CALL)).contains("\"status\":1005", "no live node has role alloc");
    }
}

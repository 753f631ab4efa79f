package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The quota service beside S3, in one process. */
class SidecarQuotaTest extends SidecarFixture {
    private static final String ON =
            "quota { listen = \"127.0.0.1:0\", envoy.listen = \"127.0.0.1:0\", roles = [proxy, rate, alloc] }";

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void writeQuotas() throws IOException {
        Files.writeString(directory.resolve("quotas.conf"), """
                quotas {
                  rate.ns.r { algorithm = window, unit = day, requests-per-unit = 5 }
                  alloc.ns.r.capacity = 10
                }
                """);
    }

    private String post(InetSocketAddress to, String call, int tokens) throws IOException, InterruptedException {
        String body = "{\"namespace\":\"ns\",\"resource\":\"r\",\"tokens\":" + tokens + "}";
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.getPort() + "/api/v1/" + call))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Test
    void sidecar_servesS3AndQuotas_fromTheirFiles() throws Exception {
        more = ON;
        try (Sidecar sidecar = start("s1")) {
            InetSocketAddress quotas = sidecar.quotaAddress().orElseThrow();

            assertAdmitted(get(sidecar, "AKIDALICE"));
            assertThat(post(quotas, "allow", 5)).contains("\"ok\":true");
            assertThat(post(quotas, "allow", 1)).contains("\"ok\":false");
            assertThat(post(quotas, "alloc", 4)).contains("\"remaining_tokens\":6");
            assertAdmitted(get(sidecar, "AKIDALICE"));
            assertThat(RawHttp.get(sidecar.adminAddress(), "/metrics"))
                    .contains("sluice_quota_stale 0.0", "sluice_envoy_requests_total");
        }
    }

    @Test
    void quotaInUse_isShownInUsage() throws Exception {
        more = ON;
        try (Sidecar sidecar = start("s1")) {
            post(sidecar.quotaAddress().orElseThrow(), "allow", 5);

            assertThat(RawHttp.get(sidecar.adminAddress(), "/api/v1/usage"))
                    .contains("\"scope\":\"quota\"", "\"subject\":\"ns/r\"", "\"used\":5");
        }
    }

    @Test
    void changedLimits_leaveQuotasAsTheyAre_andTheOtherWayRound() throws Exception {
        more = ON;
        try (Sidecar sidecar = start("s1")) {
            InetSocketAddress quotas = sidecar.quotaAddress().orElseThrow();
            post(quotas, "alloc", 4);

            Files.writeString(limitsFile, "limits { each-user { read-ops = 0/s } }\n");
            await().untilAsserted(() -> assertRefused(get(sidecar, "AKIDFREE")));
            assertThat(post(quotas, "alloc", 4)).contains("\"remaining_tokens\":2");

            Files.writeString(directory.resolve("quotas.conf"), "quotas.alloc.ns.r.capacity = 20\n");
            await().untilAsserted(() -> assertThat(post(quotas, "alloc", 12)).contains("\"remaining_tokens\":0"));
            assertRefused(get(sidecar, "AKIDFREE"));
        }
    }

    @Test
    void badQuotasFile_showsAsStale() throws Exception {
        more = ON;
        try (Sidecar sidecar = start("s1")) {
            Files.writeString(directory.resolve("quotas.conf"), "quotas { alloc { } \n");

            await().untilAsserted(() -> assertThat(RawHttp.get(sidecar.adminAddress(), "/ready"))
                    .contains("\"limits\":{\"state\":\"stale\"", "quotas.conf"));
        }
    }

    @Test
    void withoutAnAddress_nothingOfItIsStarted() throws Exception {
        try (Sidecar sidecar = start("s1")) {
            assertThat(sidecar.quotaAddress()).isEmpty();
            assertThat(RawHttp.get(sidecar.adminAddress(), "/metrics")).doesNotContain("sluice_quota", "sluice_envoy");
        }
    }
}

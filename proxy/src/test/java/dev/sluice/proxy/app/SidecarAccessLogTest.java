package dev.sluice.proxy.app;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.http.Fault;
import dev.sluice.proxy.admin.json.JsonCodec;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The access log of a whole sidecar. */
class SidecarAccessLogTest extends SidecarFixture {
    private static final Pattern REQUEST_ID = Pattern.compile("(?im)^x-amz-request-id: (\\S+)$");

    private Path log() {
        return directory.resolve("access.log");
    }

    private List<Map<String, Object>> entries(int count) throws Exception {
        await().until(() -> Files.exists(log()) && Files.readAllLines(log()).size() >= count);
        List<Map<String, Object>> entries = new ArrayList<>();
        for (String line : Files.readAllLines(log())) {
            entries.add(JsonCodec.readObject(line));
        }
        assertThat(entries).hasSize(count);
        return entries;
    }

    /** Each event loop has a queue of its own, so the order of lines says nothing. */
    private static Map<String, Object> entry(List<Map<String, Object>> entries, String key, String value) {
        return entries.stream()
                .filter(entry -> value.equals(entry.get(key)))
                .findFirst()
                .orElseThrow();
    }

    private static String idOf(String response) {
        Matcher id = REQUEST_ID.matcher(response);
        assertThat(id.find()).as(response).isTrue();
        return id.group(1);
    }

    @Test
    void everyRequest_isOneEntryWithTheIdOfItsResponse() throws Exception {
        more = "access-log.file = access.log";
        try (Sidecar sidecar = start("a")) {
            assertAdmitted(get(sidecar, "AKIDALICE"));
            String rejection = get(sidecar, "AKIDSTOPPED");
            assertRefused(rejection);
            String malformed = RawHttp.exchange(sidecar.listenAddress(), "GET  / HTTP/1.1\r\nHost: h\r\n\r\n");
            String anonymous = RawHttp.request(
                    sidecar.listenAddress(),
                    "GET",
                    "/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDFREE%2F20260101%2Fdefault"
                            + "%2Fs3%2Faws4_request&X-Amz-Signature=5e5510n&X-Amz-SignedHeaders=host"
                            + "&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60",
                    "User-Agent: evil\"},{\"\u00ff\r\nReferer: http://x/?Signature=5e5510n\r\n");
            assertAdmitted(anonymous);

            List<Map<String, Object>> entries = entries(4);

            Map<String, Object> admitted = entry(entries, "user", "alice");
            assertThat(admitted)
                    .containsEntry("bucket", "bucket")
                    .containsEntry("user", "alice")
                    .containsEntry("operation", "get_obj")
                    .containsEntry("uri", "GET /bucket/key HTTP/1.1")
                    .containsEntry("http_status", "200")
                    .containsEntry("verdict", "admitted")
                    .containsEntry("remote_addr", "127.0.0.1")
                    .containsEntry("node", "a");
            assertThat(((Number) admitted.get("bytes_sent")).longValue()).isEqualTo("stored".length());
            assertThat(((Number) admitted.get("upstream_us")).longValue()).isPositive();
            assertThat(entry(entries, "user", "stopped"))
                    .containsEntry("user", "stopped")
                    .containsEntry("verdict", "rejected")
                    .containsEntry("limit", "user stopped read-ops = 0/s")
                    .containsEntry("http_status", "503")
                    .containsEntry("error_code", "SlowDown")
                    .containsEntry("trans_id", idOf(rejection));
            assertThat(entry(entries, "http_status", "400"))
                    .containsEntry("http_status", "400")
                    .containsEntry("verdict", "none")
                    .containsEntry("uri", "")
                    .containsEntry("remote_addr", "127.0.0.1")
                    .containsEntry("trans_id", idOf(malformed));
            assertThat(entry(entries, "user", "free"))
                    .containsEntry("user", "free")
                    .containsEntry("uri", "GET /bucket/key?... HTTP/1.1")
                    .containsEntry("user_agent", "evil\"},{\"\u00ff")
                    .containsEntry("referrer", "http://x/?...");
            assertThat(Files.readString(log())).doesNotContain("AKID").doesNotContain("5e5510n");
            assertThat(metrics(sidecar)).contains("sluice_access_log_entries_total{result=\"written\"} 4.0");
        }
    }

    @Test
    void gatewayThatFails_isInTheEntry() throws Exception {
        more = "access-log { file = access.log, format = s3 }";
        gateway.stubFor(any(urlEqualTo("/bucket/key")).willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
        try (Sidecar sidecar = start("a")) {
            String response = get(sidecar, "AKIDALICE");

            assertThat(response).startsWith("HTTP/1.1 502 ");
            await().until(() -> Files.exists(log()) && Files.size(log()) > 0);
            assertThat(Files.readString(log()))
                    .contains(" alice " + idOf(response)
                            + " REST.GET.OBJECT key \"GET /bucket/key HTTP/1.1\" 502 BadGateway ");
        } finally {
            gateway.stubFor(any(urlEqualTo("/bucket/key")).willReturn(ok("stored")));
        }
    }

    @Test
    void logThatCantBeWritten_hurtsNoRequest() throws Exception {
        more = "access-log { file = /dev/full }";
        try (Sidecar sidecar = start("a")) {
            for (int i = 0; i < 5; i++) {
                assertAdmitted(get(sidecar, "AKIDALICE"));
            }
            await().until(() ->
                    metrics(sidecar).contains("sluice_access_log_entries_total{result=\"dropped-file\"} 5.0"));
        }
    }

    @Test
    void withoutAFile_thereIsNeitherThreadNorMetric() throws IOException {
        try (Sidecar sidecar = start("a")) {
            assertAdmitted(get(sidecar, "AKIDALICE"));

            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("access-log"));
            assertThat(metrics(sidecar)).doesNotContain("sluice_access_log");
        }
    }
}

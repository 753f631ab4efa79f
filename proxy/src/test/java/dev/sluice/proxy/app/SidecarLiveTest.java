package dev.sluice.proxy.app;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.http.Fault;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.sluice.proxy.testing.RawHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What whole sidecars show: the live stream, outcomes that exclude each other, and times. */
class SidecarLiveTest extends SidecarFixture {
    private static final Pattern OUTCOME =
            Pattern.compile("sluice_requests_total\\{outcome=\"([a-z-]+)\"\\} ([0-9.E]+)");
    private static final String AUTHORIZATION =
            "Authorization: AWS4-HMAC-SHA256 Credential=%s/20260101/default/s3/aws4_request,"
                    + " SignedHeaders=host, Signature=5e5510n\r\n";

    /** One who reads the live stream. */
    private static final class Listener implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader in;

        Listener(InetSocketAddress admin) throws IOException {
            socket.connect(admin);
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        Config next(String event) throws IOException {
            String line = in.readLine();
            while (line != null && !line.equals("event: " + event)) {
                line = in.readLine();
            }
            String data = in.readLine();
            assertThat(data).startsWith("data: {");
            return ConfigFactory.parseString(data.substring("data: ".length()));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static double outcomes(Sidecar sidecar) throws IOException {
        double sum = 0;
        Matcher matcher = OUTCOME.matcher(metrics(sidecar));
        while (matcher.find()) {
            sum += Double.parseDouble(matcher.group(2));
        }
        return sum;
    }

    @Test
    void stream_showsBothSidecars_andALimitWithTheSharesOfBoth() throws Exception {
        try (Sidecar a = start("a");
                Sidecar b = start("b")) {
            introduce(a, b);
            try (Listener listener = new Listener(a.adminAddress())) {
                Config history = listener.next("history");
                assertThat(history.getString("cluster")).isEqualTo("sidecar-test");
                for (int i = 0; i < 5; i++) {
                    get(a, "AKIDALICE");
                    get(b, "AKIDALICE");
                    get(a, "AKIDSTOPPED");
                    get(b, "AKIDSTOPPED");
                }

                await().until(() -> {
                    Config now = listener.next("now");
                    return now.getConfigList("sidecars").size() == 2
                            && now.getConfigList("limits.rows").stream()
                                    .anyMatch(row -> row.getString("key").equals("user/stopped/read-ops")
                                            && row.getString("origin").contains("limits.conf:"))
                            && now.getConfigList("sidecars")
                                    .get(1)
                                    .getString("gateway.state")
                                    .equals("up")
                            && now.getConfigList("sidecars")
                                    .get(1)
                                    .getString("limits.state")
                                    .equals("ok");
                });
            }
            Config subject = admin(a, "/api/v1/live/user/stopped");
            assertThat(subject.getConfigList("rejections")).hasSize(5);
            assertThat(subject.getConfigList("clients").get(0).getString("address"))
                    .isEqualTo("127.0.0.1");
            assertThat(RawHttp.get(a.adminAddress(), "/api/v1/live/user/stopped"))
                    .doesNotContain("AKID");
        }
    }

    @Test
    void lostPeer_isShown() throws Exception {
        try (Sidecar a = start("a")) {
            try (Sidecar b = start("b")) {
                introduce(a, b);
            }
            try (Listener listener = new Listener(a.adminAddress())) {
                await().until(() -> listener.next("now").getConfigList("sidecars").stream()
                        .anyMatch(peer -> peer.getString("state").equals("left")));
            }
        }
    }

    @Test
    void outcomes_addUpToTheRequestsThatWereSent() throws Exception {
        gateway.stubFor(any(urlEqualTo("/bucket/broken")).willReturn(ok().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        gateway.stubFor(any(urlEqualTo("/bucket/slow")).willReturn(ok("late").withFixedDelay(600_000)));
        Files.writeString(
                limitsFile,
                LIMITS.replace(
                                "stopped { read-ops = 0/s }",
                                "stopped { read-ops = 0/s }, waits { read-ops ="
                                        + " 2/min, on-exceed = wait, max-wait = 60s }")
                        .replace("access-keys {", "access-keys { AKIDWAITS = waits,"));
        int sent = 0;
        try (Sidecar sidecar = start("a")) {
            for (int i = 0; i < 10; i++) {
                get(sidecar, "AKIDFREE");
                get(sidecar, "AKIDSTOPPED");
                request(sidecar, "/bucket/broken");
                RawHttp.exchange(sidecar.listenAddress(), "NONSENSE\r\n\r\n");
                sent += 4;
            }
            for (int i = 0; i < 3; i++) {
                leave(
                        sidecar,
                        "GET /bucket/slow HTTP/1.1\r\nHost: s3\r\n" + AUTHORIZATION.formatted("AKIDFREE") + "\r\n");
                leave(
                        sidecar,
                        "GET /bucket/key HTTP/1.1\r\nHost: s3\r\n" + AUTHORIZATION.formatted("AKIDWAITS") + "\r\n");
                leave(
                        sidecar,
                        "PUT /bucket/key HTTP/1.1\r\nHost: s3\r\nContent-Length: 9\r\n"
                                + AUTHORIZATION.formatted("AKIDFREE") + "\r\nhalf");
                sent += 3;
            }
            int all = sent;

            await().untilAsserted(() -> assertThat(outcomes(sidecar)).isEqualTo(all));
            assertThat(metrics(sidecar))
                    .contains("sluice_requests_total{outcome=\"rejected\"} 10.0")
                    .contains("sluice_requests_total{outcome=\"upstream-failed\"} 10.0")
                    .contains("sluice_requests_total{outcome=\"malformed\"} 10.0");
        }
    }

    private static void request(Sidecar sidecar, String path) throws IOException {
        RawHttp.request(sidecar.listenAddress(), "GET", path, AUTHORIZATION.formatted("AKIDFREE"));
    }

    /** A client sends a request, or a part of it, and leaves once the sidecar has it. */
    private static void leave(Sidecar sidecar, String request) throws Exception {
        double before = outcomes(sidecar);
        try (Socket socket = new Socket()) {
            socket.connect(sidecar.listenAddress());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            await().until(() -> outcomes(sidecar) > before
                    || metrics(sidecar).contains("sluice_exchanges 1.0")
                    || metrics(sidecar).contains("sluice_held_requests 1.0"));
            socket.setSoLinger(true, 0);
        }
        await().until(() -> outcomes(sidecar) > before);
    }

    @Test
    void metrics_haveTimesAndResponses() throws Exception {
        try (Sidecar sidecar = start("a")) {
            get(sidecar, "AKIDFREE");
            get(sidecar, "AKIDSTOPPED");

            assertThat(metrics(sidecar))
                    .contains("sluice_request_duration_seconds_count 1\n")
                    .contains("sluice_upstream_duration_seconds_bucket{le=\"+Inf\"} 1\n")
                    .contains("sluice_added_duration_seconds_bucket{le=\"1.0E-4\"} ")
                    .contains("sluice_upstream_responses_total{code=\"200\"} 1.0")
                    .contains(
                            "sluice_limit_rejected_total{dimension=\"read-ops\",scope=\"user\",subject=\"stopped\"} 1.0")
                    .contains("sluice_limit_rejected_total{dimension=\"\",scope=\"\",subject=\"(others)\"} 0.0")
                    .contains("sluice_build_info{")
                    .contains("process_open_fds ", "process_resident_memory_bytes ", "process_cpu_seconds_total ")
                    .doesNotContain("process_cpu_time_ns", "system_cpu_count", "AKID");
        }
    }
}

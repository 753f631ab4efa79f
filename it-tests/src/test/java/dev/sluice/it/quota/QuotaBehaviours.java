package dev.sluice.it.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * What clients rely on that were written for QMS, asked of a running service by its addresses alone: status codes, shapes and
 * the order of checks. Calls go to each address in turn, so several must answer as one does. The service has {@link #QUOTAS},
 * of which nothing was taken.
 */
final class QuotaBehaviours {
    /** For quotas.conf. */
    static final String QUOTAS = """
            rate.qms.calls { algorithm = token-bucket, unit = day, requests-per-unit = 100, burst = 100 }
            rate.qms.closed { algorithm = window, unit = second, requests-per-unit = 0 }
            alloc.qms.seats { capacity = 10, max-lease = 1h }
            alloc."a/b%c"."ü \\"d\\"" { capacity = 2 }
            alloc.a_b.c { capacity = 1 }
            alloc.most.tokens { capacity = 9007199254740991 }
            """;

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String SEATS = "\"namespace\":\"qms\",\"resource\":\"seats\"";
    private static final String SLASHED = "\"namespace\":\"a/b%c\",\"resource\":\"ü \\\"d\\\"\"";
    private static final String MOST = "\"namespace\":\"most\",\"resource\":\"tokens\"";
    private static final String LONGEST = "n".repeat(255);

    private final List<String> addresses;
    private int requests;

    /** @param addresses {@code host:port} of each place that clients may call */
    QuotaBehaviours(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    /** Checks all of it, once. */
    void check() throws IOException, InterruptedException {
        probes();
        versions();
        bounds();
        names();
        rates();
        wrongBodies();
        wrongRequests();
        // nothing of what was wrong has changed anything
        expect("view", "{" + SEATS + "}", view(0, 10, 3));
        probes();
    }

    // ---- requests ----

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        String address = addresses.get(requests++ % addresses.size());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(DEADLINE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void expect(String call, String body, String expected) throws IOException, InterruptedException {
        HttpResponse<String> response = send("POST", "/api/v1/" + call, body);
        assertThat(response.statusCode())
                .as("%s %s: %s", call, body, response.body())
                .isEqualTo(200);
        assertThat(response.body()).as("%s %s", call, body).isEqualTo(expected);
    }

    private void expectRefused(int httpStatus, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send(method, path, body);
        String shown = body.length() > 100 ? body.substring(0, 100) + "..." : body;
        assertThat(response.statusCode())
                .as("%s %s %s: %s", method, path, shown, response.body())
                .isEqualTo(httpStatus);
        assertThat(response.body()).as("%s %s %s", method, path, shown).startsWith("{\"status\":1004,\"msg\":\"");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    }

    private static String of(String name, String tokens, String version) {
        return "{" + name + ",\"tokens\":" + tokens + ",\"version\":" + version + "}";
    }

    private static String calls(String tokens) {
        return "{\"namespace\":\"qms\",\"resource\":\"calls\",\"tokens\":" + tokens + "}";
    }

    private static String answer(int status, String message, String result) {
        return "{\"status\":" + status + ",\"msg\":\"" + message + "\",\"result\":{" + result + "}}";
    }

    private static String view(long allocated, long capacity, long version) {
        return answer(
                1001, "ok", "\"allocated\":" + allocated + ",\"capacity\":" + capacity + ",\"version\":" + version);
    }

    private static String changed(int status, String message, long remaining, long version, boolean isOk) {
        return answer(
                status,
                message,
                "\"remaining_tokens\":" + remaining + ",\"current_version\":" + version + ",\"ok\":" + isOk);
    }

    private static String changed(long remaining, long version) {
        return changed(1001, "ok", remaining, version, true);
    }

    private static String tooMany(long remaining, long version) {
        return changed(1001, "ok", remaining, version, false);
    }

    private static String otherVersion(long remaining, long version) {
        return changed(1003, "invalid version", remaining, version, false);
    }

    // ---- checks ----

    private void probes() throws IOException, InterruptedException {
        for (int i = 0; i < addresses.size(); i++) {
            assertThat(send("GET", "/ping", "").body()).isEqualTo(answer(1001, "ok", "\"msg\":\"pong\""));
            for (String probe : List.of("/ready", "/healthz", "/memberlist")) {
                HttpResponse<String> response = send("GET", probe, "");
                assertThat(response.statusCode()).as(probe).isEqualTo(200);
                assertThat(response.body()).startsWith("{\"status\":1001,\"msg\":\"ok\",\"result\":{");
            }
            assertThat(send("GET", "/memberlist", "").body())
                    .contains("\"members\":[{\"service\":", "\"hostname\":", "\"host\":", "\"http_port\":")
                    .contains("\"gossip_port\":");
            assertThat(send("GET", "/metrics", "").body()).contains("sluice_quota_requests_total");
        }
    }

    /** A version starts at 1, grows by one with each success only, and is checked before the capacity. */
    private void versions() throws IOException, InterruptedException {
        expect("view", "{" + SEATS + "}", view(0, 10, 1));
        expect("alloc", of(SEATS, "4", "1"), changed(6, 2));
        expect("alloc", of(SEATS, "1", "1"), otherVersion(6, 2));
        expect("alloc", of(SEATS, "100", "1"), otherVersion(6, 2));
        expect("free", of(SEATS, "100", "3"), otherVersion(6, 2));
        expect("alloc", of(SEATS, "7", "0"), tooMany(6, 2));
        expect("alloc", of(SEATS, "7", "2"), tooMany(6, 2));
        expect("free", of(SEATS, "5", "0"), tooMany(6, 2));
        expect("view", "{" + SEATS + "}", view(4, 10, 2));
        expect("free", of(SEATS, "4", "2"), changed(10, 3));
        expect("free", of(SEATS, "1", "0"), tooMany(10, 3));
    }

    private void bounds() throws IOException, InterruptedException {
        long most = (1L << 53) - 1;
        expect("alloc", of(MOST, "9007199254740990", "0"), changed(1, 2));
        expect("alloc", of(MOST, "2", "0"), tooMany(1, 2));
        expect("alloc", of(MOST, "1", "0"), changed(0, 3));
        expect("alloc", of(MOST, "9007199254740991", "0"), tooMany(0, 3));
        expect("alloc", of(MOST, "1", "9223372036854775807"), otherVersion(0, 3));
        expect("free", of(MOST, "9007199254740991", "0"), changed(most, 4));
        expect("view", "{" + MOST + "}", view(0, most, 4));
    }

    /** Names are not joined, whatever is in them. */
    private void names() throws IOException, InterruptedException {
        expect("alloc", of(SLASHED, "2", "0"), changed(0, 2));
        expect("free", of(SLASHED, "2", "0"), changed(2, 3));
        String missing = answer(1002, "not found", "\"allocated\":0,\"capacity\":0,\"version\":0");
        expect("view", "{\"namespace\":\"a\",\"resource\":\"b_c\"}", missing);
        expect("view", "{\"namespace\":\"a_b_c\",\"resource\":\"c\"}", missing);
        expect("view", "{\"namespace\":\"a\",\"resource\":\"b%c/ü \\\"d\\\"\"}", missing);
        expect("view", "{\"namespace\":\"" + LONGEST + "\",\"resource\":\"" + LONGEST + "\"}", missing);
        for (String name :
                List.of("\"namespace\":\"qms\",\"resource\":\"none\"", "\"resource\":\"seats\",\"namespace\":\"no\"")) {
            expect("view", "{" + name + "}", missing);
            expect("alloc", of(name, "1", "7"), changed(1002, "not found", 0, 0, false));
            expect("free", of(name, "1", "0"), changed(1002, "not found", 0, 0, false));
            expect("allow", "{" + name + ",\"tokens\":1}", answer(1002, "not found", "\"wait_time\":0,\"ok\":false"));
        }
    }

    private void rates() throws IOException, InterruptedException {
        expect("allow", calls("101"), answer(1001, "ok", "\"wait_time\":-1,\"ok\":false"));
        expect("allow", calls("100"), answer(1001, "ok", "\"wait_time\":0,\"ok\":true"));
        // Another node may have to learn of it.
        await().atMost(DEADLINE).untilAsserted(() -> {
            HttpResponse<String> refused = send("POST", "/api/v1/allow", calls("100"));
            assertThat(refused.statusCode()).isEqualTo(200);
            // 100 tokens come back in a day
            assertThat(refused.body())
                    .matches("\\{\"status\":1001,\"msg\":\"ok\",\"result\":\\{\"wait_time\":\\d{14},\"ok\":false}}");
        });
        expect(
                "allow",
                "{\"namespace\":\"qms\",\"resource\":\"closed\",\"tokens\":1}",
                answer(1001, "ok", "\"wait_time\":-1,\"ok\":false"));
    }

    private void wrongBodies() throws IOException, InterruptedException {
        List<String> numbers = List.of(
                "0",
                "-1",
                "1.5",
                "1.0",
                "1e3",
                "\"1\"",
                "null",
                "true",
                "[1]",
                "{}",
                "01",
                "+1",
                "NaN",
                "9007199254740992",
                "9".repeat(60),
                "9".repeat(100));
        for (String number : numbers) {
            expectRefused(400, "POST", "/api/v1/alloc", of(SEATS, number, "0"));
            expectRefused(400, "POST", "/api/v1/free", of(SEATS, number, "0"));
            expectRefused(400, "POST", "/api/v1/allow", calls(number));
        }
        for (String version : List.of("-1", "0.5", "\"0\"", "null", "9223372036854775808")) {
            expectRefused(400, "POST", "/api/v1/alloc", of(SEATS, "1", version));
        }
        List<String> bodies = List.of(
                "",
                " ",
                "{",
                "nonsense",
                "null",
                "[]",
                "{}",
                "[".repeat(5000),
                "{\"namespace\":\"qms\"}",
                "{" + SEATS + "}x",
                "{" + SEATS + "} {}",
                "{" + SEATS + ",\"tokens\":1,\"token\":1}",
                "{" + SEATS + ",\"tokens\":1,\"tokens\":1}",
                "{" + SEATS + ",\"tokens\":1,}",
                "{\"namespace\":\"\",\"resource\":\"seats\",\"tokens\":1}",
                "{\"namespace\":null,\"resource\":\"seats\",\"tokens\":1}",
                "{\"namespace\":\"" + LONGEST + "n\",\"resource\":\"seats\",\"tokens\":1}",
                "{\"namespace\":\"\\ud800\",\"resource\":\"seats\",\"tokens\":1}",
                "{\"namespace\":\"q\\u0000\",\"resource\":\"seats\",\"tokens\":1}");
        for (String body : bodies) {
            for (String call : List.of("alloc", "free", "allow")) {
                expectRefused(400, "POST", "/api/v1/" + call, body);
            }
        }
        expectRefused(400, "POST", "/api/v1/view", of(SEATS, "1", "0"));
    }

    private void wrongRequests() throws IOException, InterruptedException {
        expectRefused(413, "POST", "/api/v1/alloc", " ".repeat(1 << 17));
        expectRefused(404, "POST", "/api/v1/nothing", "{}");
        expectRefused(405, "GET", "/api/v1/alloc", "");
        expectRefused(405, "DELETE", "/api/v1/allow", "");
        expectRefused(405, "POST", "/ping", "{}");
    }
}

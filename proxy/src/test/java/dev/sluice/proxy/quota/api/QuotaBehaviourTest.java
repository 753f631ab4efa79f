package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.KeptConnection;
import dev.sluice.proxy.testing.KeptConnection.ReceivedResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the quota port see, byte for byte: on a store in memory and on one that survives. */
class QuotaBehaviourTest extends QuotaPortTest {
    // ---- single calls ----

    @ParameterizedTest
    @EnumSource(Backend.class)
    void allocations_countVersions_andRefuseWhatDoesNotFit(Backend backend) throws IOException {
        start(backend);

        assertThat(ok("view", named("")))
                .isEqualTo(
                        "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"allocated\":0,\"capacity\":10,\"version\":1}}");
        assertThat(ok("alloc", named(",\"tokens\":4,\"version\":1"))).isEqualTo(changed(6, 2));
        assertThat(ok("alloc", named(",\"tokens\":7,\"version\":0"))).isEqualTo(NOT_ALLOCATED.formatted(6, 2));
        assertThat(ok("free", named(",\"tokens\":5,\"version\":0"))).isEqualTo(NOT_ALLOCATED.formatted(6, 2));
        assertThat(ok("free", named(",\"tokens\":4,\"version\":2"))).isEqualTo(changed(10, 3));
        assertThat(ok("view", named("")))
                .isEqualTo(
                        "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"allocated\":0,\"capacity\":10,\"version\":3}}");
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void anotherVersion_isRefused_beforeTheCapacityIsLookedAt(Backend backend) throws IOException {
        start(backend);

        String refused = "{\"status\":1003,\"msg\":\"invalid version\",\"result\":{"
                + "\"remaining_tokens\":10,\"current_version\":1,\"ok\":false}}";
        assertThat(ok("alloc", named(",\"tokens\":1,\"version\":7"))).isEqualTo(refused);
        assertThat(ok("alloc", named(",\"tokens\":100,\"version\":7"))).isEqualTo(refused);
        assertThat(ok("free", named(",\"tokens\":1,\"version\":2"))).isEqualTo(refused);
        assertThat(ok("alloc", named(",\"tokens\":1"))).isEqualTo(changed(9, 2));
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void unknownNames_areNotFound_withZeros(Backend backend) throws IOException {
        start(backend);
        String other = "{\"resource\":\"r1_\",\"namespace\":\"ns1\"";

        assertThat(ok("view", other + "}"))
                .isEqualTo("{\"status\":1002,\"msg\":\"not found\",\"result\":{"
                        + "\"allocated\":0,\"capacity\":0,\"version\":0}}");
        assertThat(ok("allow", other + ",\"tokens\":1}"))
                .isEqualTo("{\"status\":1002,\"msg\":\"not found\",\"result\":{\"wait_time\":0,\"ok\":false}}");
        for (String path : List.of("alloc", "free")) {
            assertThat(ok(path, other + ",\"tokens\":1,\"version\":1}"))
                    .isEqualTo("{\"status\":1002,\"msg\":\"not found\",\"result\":{"
                            + "\"remaining_tokens\":0,\"current_version\":0,\"ok\":false}}");
        }
    }

    @Test
    void allow_takesTokens_andHasTheHeadersOfRateLimits() throws IOException {
        start(Backend.MEMORY);

        ReceivedResponse taken = connection.post("/api/v1/allow", named(",\"tokens\":100"));
        ReceivedResponse refused = connection.post("/api/v1/allow", named(",\"tokens\":50"));
        ReceivedResponse never = connection.post("/api/v1/allow", named(",\"tokens\":121"));

        assertThat(taken.body()).isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":true}}");
        assertThat(taken.header("ratelimit-policy")).hasValue("\"default\";q=60;w=60");
        assertThat(taken.header("ratelimit")).hasValue("\"default\";r=20;t=100");
        assertThat(taken.header("retry-after")).isEmpty();
        assertThat(refused.body())
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":30000000000,\"ok\":false}}");
        assertThat(refused.header("retry-after")).hasValue("30");
        assertThat(never.body())
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":-1,\"ok\":false}}");
        assertThat(never.header("retry-after")).isEmpty();
        assertThat(fixture.rate.left("ns1", "r1")).isEqualTo(20);
    }

    // ---- bad bodies ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "7",
                "\"text\"",
                "{",
                "{}",
                "{\"namespace\":\"ns1\"}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\"}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":0}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":-1}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1.0}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1e2}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":\"1\"}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":null}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":true}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":[1]}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":{\"tokens\":1}}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":01}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":+1}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":NaN}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":9007199254740992}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":9223372036854775808}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":18446744073709551617}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1"
                        + "00000000000000000000000000000000000000000000000000000000000000000000000000}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1} x",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}{}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"tokens\":1}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"Tokens\":1}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"op\":\"alloc\"}",
                "{\"namespace\":\"\",\"resource\":\"r1\",\"tokens\":1}",
                "{\"namespace\":7,\"resource\":\"r1\",\"tokens\":1}",
                "{\"namespace\":\"ns1\",\"resource\":\"a\\u0000b\",\"tokens\":1}",
                "{\"namespace\":\"ns1\",\"resource\":\"a\\ud800b\",\"tokens\":1}",
                "{\"namespace\":\"ns1\",\"resource\":'r1',\"tokens\":1}",
                "{namespace:\"ns1\",\"resource\":\"r1\",\"tokens\":1}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,/**/\"version\":0}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"version\":-1}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"version\":1.5}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"lease\":0}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"lease\":1.5}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"holder\":\"me\"}",
                "{\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1,\"lease\":3601}",
            })
    void badBody_isBadRequestAsJson_andTheConnectionGoesOn(String body) throws IOException {
        start(Backend.MEMORY);

        ReceivedResponse response = connection.post("/api/v1/alloc", body);

        assertThat(response.status()).as(body).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"status\":1004,\"msg\":\"").endsWith("\",\"result\":{}}");
        assertThat(response.header("connection")).isEmpty();
        assertThat(ok("view", named(""))).contains("\"allocated\":0", "\"version\":1");
    }

    @Test
    void longOrDeepOrBadlyEncodedBody_isBadRequestToo() throws IOException {
        start(Backend.MEMORY);
        String longName = "x".repeat(256);

        assertThat(connection
                        .post("/api/v1/view", "{\"namespace\":\"" + longName + "\",\"resource\":\"r\"}")
                        .status())
                .isEqualTo(400);
        assertThat(connection.post("/api/v1/view", "[".repeat(60_000)).status()).isEqualTo(400);
        assertThat(connection.post("/api/v1/view", "{\"a\":".repeat(10_000)).status())
                .isEqualTo(400);
        for (byte[] octets : List.of(new byte[] {(byte) 0xff}, new byte[] {(byte) 0xc0, (byte) 0xaf}, new byte[] {0})) {
            byte[] body = named("").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            System.arraycopy(octets, 0, body, 15, octets.length);
            connection.send("POST /api/v1/view HTTP/1.1\r\nHost: t\r\nContent-Length: " + body.length + "\r\n\r\n");
            assertThat(connection.send(body).receive().status()).isEqualTo(400);
        }
        assertThat(ok("view", "{\"namespace\":\"" + "ü".repeat(255) + "\",\"resource\":\"😀\"}"))
                .contains("not found");
    }

    // ---- leases and keys ----

    @ParameterizedTest
    @EnumSource(Backend.class)
    void lease_endsByItself_unlessItIsRenewed(Backend backend) throws IOException {
        start(backend);

        assertThat(ok("alloc", named(",\"tokens\":3,\"lease\":60,\"holder\":\"build 7\"")))
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"remaining_tokens\":7,"
                        + "\"current_version\":2,\"ok\":true,\"lease\":1}}");
        ok("alloc", named(",\"tokens\":2"));
        String listed =
                connection.get("/api/v1/allocations?namespace=ns1&resource=r1").body();
        fixture.passSeconds(50);
        String renewed = ok("renew", "{\"lease\":1,\"seconds\":60}");
        fixture.passSeconds(50);
        String free = ok("free", named(",\"tokens\":3"));
        String freed = ok("free", named(",\"tokens\":1,\"lease\":1"));
        fixture.passSeconds(11);

        assertThat(listed)
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"namespace\":\"ns1\",\"resource\":\"r1\","
                        + "\"allocated\":5,\"capacity\":10,\"version\":3,\"without_lease\":2,\"leases\":["
                        + "{\"lease\":1,\"tokens\":3,\"holder\":\"build 7\",\"expires\":\"2027-01-15T08:01:00Z\"}],"
                        + "\"more_leases\":0}}");
        assertThat(renewed).isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"lease\":1,\"ok\":true}}");
        assertThat(free).isEqualTo(NOT_ALLOCATED.formatted(5, 3));
        assertThat(freed).isEqualTo(changed(6, 4));
        assertThat(ok("renew", "{\"lease\":1,\"seconds\":60}"))
                .isEqualTo("{\"status\":1002,\"msg\":\"not found\",\"result\":{\"lease\":0,\"ok\":false}}");
        assertThat(ok("view", named(""))).contains("\"allocated\":2");
        assertThat(connection
                        .post("/api/v1/renew", "{\"lease\":1,\"seconds\":0}")
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void repetitionWithTheSameKey_hasTheSameAnswer_andChangesNothing(Backend backend) throws IOException {
        start(backend);
        String body = named(",\"tokens\":4,\"version\":0");

        String first = keyed("alloc", "k1", body).body();
        ReceivedResponse again = keyed("alloc", "k1", "{ \"tokens\": 4, \"resource\":\"r1\", \"namespace\":\"ns1\"}");
        ReceivedResponse other = keyed("alloc", "k1", named(",\"tokens\":5"));
        ReceivedResponse free = keyed("free", "k1", body);

        assertThat(first).isEqualTo(changed(6, 2));
        assertThat(again.body()).isEqualTo(first);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.body()).startsWith("{\"status\":1004,");
        assertThat(free.status()).isEqualTo(422);
        assertThat(ok("view", named(""))).contains("\"allocated\":4", "\"version\":2");
        fixture.passSeconds(16 * 60);
        assertThat(keyed("alloc", "k1", body).body()).isEqualTo(changed(2, 3));
    }

    @Test
    void allocationOfTheWholeQuota_staysBehindARestart() throws IOException {
        start(Backend.LOCAL);
        ok("alloc", named(",\"tokens\":10"));
        stop();

        fixture = QuotaFixture.local(directory, 1000);
        connection = fixture.connect();

        assertThat(ok("view", named("")))
                .isEqualTo(
                        "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"allocated\":10,\"capacity\":10,\"version\":2}}");
    }

    @Test
    void storeThatIsClosed_isUnavailable_withATimeToRetry() throws IOException {
        start(Backend.MEMORY);
        fixture.store.close();

        for (String path : List.of("alloc", "free")) {
            ReceivedResponse response = connection.post("/api/v1/" + path, named(",\"tokens\":1"));
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).startsWith("{\"status\":1005,");
            assertThat(response.header("retry-after")).hasValue("1");
        }
        assertThat(connection
                        .get("/api/v1/allocations?namespace=ns1&resource=r1")
                        .status())
                .isEqualTo(503);
        assertThat(ok("allow", named(",\"tokens\":1"))).contains("\"ok\":true");
    }

    // ---- events ----

    @Test
    void listener_isSent_whichQuotaBecomesFull_andWhichIsLessAgain() throws IOException {
        start(Backend.MEMORY);
        try (KeptConnection listener = fixture.connect()) {
            listener.send("GET /api/v1/events HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(listener.line()).isEqualTo("HTTP/1.1 200 OK");
            awaitLine(listener, ":");

            ok("alloc", named(",\"tokens\":7"));
            ok("alloc", named(",\"tokens\":1"));
            ok("alloc", named(",\"tokens\":2"));
            ok("free", named(",\"tokens\":9"));

            String data = "data: {\"namespace\":\"ns1\",\"resource\":\"r1\",\"threshold_percent\":%d,"
                    + "\"allocated\":%d,\"capacity\":10,\"version\":%d}";
            awaitLine(listener, data.formatted(80, 8, 3));
            awaitLine(listener, data.formatted(100, 10, 4));
            awaitLine(listener, data.formatted(0, 1, 5));
        }
    }

    private static void awaitLine(KeptConnection listener, String wanted) throws IOException {
        String line = listener.line();
        while (line.isEmpty() || line.startsWith("event: ") || (line.contains(": ") && !line.startsWith("data"))) {
            line = listener.line();
        }
        assertThat(line).isEqualTo(wanted);
    }

    // ---- what the process shows ----

    @Test
    void probesAndViews_haveTheirShapes() throws IOException {
        start(Backend.MEMORY);

        assertThat(connection.get("/ping").body())
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"msg\":\"pong\"}}");
        assertThat(connection.get("/ready").body()).startsWith("{\"status\":1001,\"msg\":\"ok\",\"result\":{");
        assertThat(connection.get("/memberlist").body())
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"members\":[{\"service\":\"sluice\","
                        + "\"hostname\":\"node\",\"host\":\"10.0.0.1\",\"http_port\":6789,\"gossip_port\":7070}]}}");
        assertThat(connection.get("/metrics").body()).isEqualTo("sluice_quota_requests_total 1\n");
        fixture.isReady = false;
        for (String path : List.of("/ready", "/healthz")) {
            ReceivedResponse response = connection.get(path);
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).startsWith("{\"status\":0,");
        }
    }
}

package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.testing.KeptConnection;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several calls in one request: batches, of which each call counts by itself, and joint calls, all of them or none. */
class ManyCallsTest extends QuotaPortTest {
    private static final int REPETITIONS = 6;

    @Test
    void batch_answersEachCall_inTheirOrder() throws IOException {
        start(Backend.MEMORY);
        String call = "{\"op\":\"%s\",\"namespace\":\"ns1\",\"resource\":\"r1\"%s}";

        String body = ok(
                "batch",
                "["
                        + String.join(
                                ",",
                                call.formatted("view", ""),
                                call.formatted("alloc", ",\"tokens\":3"),
                                call.formatted("allow", ",\"tokens\":1"),
                                call.formatted("alloc", ",\"tokens\":8"),
                                call.formatted("free", ",\"tokens\":1,\"version\":2"))
                        + "]");

        assertThat(body)
                .isEqualTo("["
                        + String.join(
                                ",",
                                "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"allocated\":2,\"capacity\":10,\"version\":3}}",
                                changed(7, 2),
                                "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":true}}",
                                NOT_ALLOCATED.formatted(7, 2),
                                changed(8, 3))
                        + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "[{}]",
                "[7]",
                "[{\"op\":\"renew\",\"lease\":1,\"seconds\":1}]",
                "[{\"op\":\"view\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}]",
                "[{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1},"
                        + "{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":0}]"
            })
    void badBatch_changesNothing(String body) throws IOException {
        start(Backend.MEMORY);

        assertThat(connection.post("/api/v1/batch", body).status()).isEqualTo(400);
        assertThat(ok("view", named(""))).contains("\"version\":1");
    }

    @Test
    void batchBeyondItsBound_isRefused() throws IOException {
        fixture = QuotaFixture.local(directory, 2);
        connection = fixture.connect();
        String view = "{\"op\":\"view\",\"namespace\":\"ns1\",\"resource\":\"r1\"}";

        assertThat(connection
                        .post("/api/v1/batch", "[" + view + "," + view + "]")
                        .status())
                .isEqualTo(200);
        assertThat(connection
                        .post("/api/v1/batch", "[" + view + "," + view + "," + view + "]")
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(Backend.class)
    void jointCall_isDoneWhole_orNotAtAll(Backend backend) throws IOException {
        start(backend);
        fixture.define("ns1", "team", 5);
        String steps = "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"org\",\"resource\":\"calls\",\"tokens\":1},"
                + "{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":%d},"
                + "{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"team\",\"tokens\":2}]}";

        String done = ok("all", steps.formatted(4));
        String tooMany = ok("all", steps.formatted(7));
        long leftAfterRefusal = fixture.rate.left("org", "calls");

        assertThat(done)
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"ok\":true,\"steps\":["
                        + "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":true}},"
                        + changed(6, 2) + "," + changed(3, 2) + "]}}");
        assertThat(tooMany)
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"ok\":false,\"steps\":["
                        + "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":false}},"
                        + NOT_ALLOCATED.formatted(6, 2) + "," + NOT_ALLOCATED.formatted(3, 2) + "]}}");
        assertThat(leftAfterRefusal).isEqualTo(2);
        ok("all", "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"org\",\"resource\":\"calls\",\"tokens\":2}]}");
        assertThat(ok("all", steps.formatted(1)))
                .isEqualTo("{\"status\":1001,\"msg\":\"ok\",\"result\":{\"ok\":false,\"steps\":["
                        + "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":1000000000,\"ok\":false}},"
                        + NOT_ALLOCATED.formatted(6, 2) + "," + NOT_ALLOCATED.formatted(3, 2) + "]}}");
    }

    @Test
    void jointCallThatIsRepeated_takesNoRateAgain() throws IOException {
        start(Backend.MEMORY);
        String steps = "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"org\",\"resource\":\"calls\",\"tokens\":2},"
                + "{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}]}";

        String first = keyed("all", "k", steps).body();
        String again = keyed("all", "k", steps).body();
        int other =
                keyed("all", "k", steps.replace("\"tokens\":2", "\"tokens\":1")).status();

        assertThat(first).contains("\"ok\":true");
        assertThat(again).isEqualTo(first);
        assertThat(other).isEqualTo(422);
        assertThat(fixture.rate.left("org", "calls")).isEqualTo(1);
        assertThat(fixture.store.view(new QuotaName("ns1", "r1")).orElseThrow().allocated())
                .isEqualTo(1);
    }

    @Test
    void jointCallThatIsRepeatedWhileItIsMade_takesItsRateOnce() throws Exception {
        start(Backend.MEMORY);
        String steps = "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1},"
                + "{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}]}";
        int before = (int) fixture.rate.left("ns1", "r1");
        ExecutorService threads = Executors.newFixedThreadPool(REPETITIONS);

        Set<String> answers = new HashSet<>();
        try {
            for (int round = 0; round < 8; round++) {
                String key = "Idempotency-Key: round " + round + "\r\n";
                List<Future<String>> sent = threads.invokeAll(Collections.nCopies(REPETITIONS, () -> {
                    try (KeptConnection client = fixture.connect()) {
                        return client.exchange("POST", "/api/v1/all", key, steps)
                                .body();
                    }
                }));
                for (Future<String> each : sent) {
                    answers.add(each.get());
                }
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(answers).hasSize(8).allMatch(answer -> answer.contains("\"ok\":true"));
        assertThat(fixture.rate.left("ns1", "r1")).isEqualTo(before - 8);
    }

    @Test
    void jointCallOfRates_isMadeOnce_withItsKey() throws IOException {
        start(Backend.MEMORY);
        String steps = "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"org\",\"resource\":\"calls\",\"tokens\":2}]}";

        String first = keyed("all", "k", steps).body();
        String again = keyed("all", "k", steps).body();
        int other =
                keyed("all", "k", steps.replace("\"tokens\":2", "\"tokens\":1")).status();

        assertThat(first).contains("\"ok\":true").isEqualTo(again);
        assertThat(other).isEqualTo(422);
        assertThat(fixture.rate.left("org", "calls")).isEqualTo(1);
    }

    @Test
    void stepsWithKeysOfTheirOwn_areRefused() throws IOException {
        start(Backend.MEMORY);
        String steps = "{\"steps\":[{\"op\":\"allow\",\"namespace\":\"org\",\"resource\":\"calls\",\"tokens\":2,"
                + "\"idempotency_key\":\"k\"}]}";

        assertThat(connection.post("/api/v1/all", steps).status()).isEqualTo(400);
        assertThat(fixture.rate.left("org", "calls")).isEqualTo(3);
    }

    @Test
    void batch_takesRatesOnce_withTheirKeys() throws IOException {
        start(Backend.MEMORY);
        String call = "{\"op\":\"allow\",\"namespace\":\"org\",\"resource\":\"calls\",\"tokens\":%d,"
                + "\"idempotency_key\":\"k\"}";

        String body = ok("batch", "[" + call.formatted(1) + "," + call.formatted(1) + "," + call.formatted(2) + "]");

        String taken = "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"wait_time\":0,\"ok\":true}}";
        assertThat(body).startsWith("[" + taken + "," + taken + ",{\"status\":1004,");
        assertThat(fixture.rate.left("org", "calls")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"steps\":[]}",
                "{\"steps\":{}}",
                "{}",
                "[]",
                "{\"steps\":[{\"op\":\"view\",\"namespace\":\"ns1\",\"resource\":\"r1\"}]}",
                "{\"steps\":[{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1},"
                        + "{\"op\":\"free\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}]}",
                "{\"steps\":[{\"op\":\"alloc\",\"namespace\":\"ns1\",\"resource\":\"r1\",\"tokens\":1}],\"x\":1}"
            })
    void badJointCall_changesNothing(String body) throws IOException {
        start(Backend.MEMORY);

        assertThat(connection.post("/api/v1/all", body).status()).isEqualTo(400);
        assertThat(ok("view", named(""))).contains("\"version\":1");
    }
}

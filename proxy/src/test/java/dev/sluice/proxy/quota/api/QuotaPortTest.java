package dev.sluice.proxy.quota.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.KeptConnection;
import dev.sluice.proxy.testing.KeptConnection.ReceivedResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A quota port with one client and the quota ns1/r1, on a store in memory or on one that survives. */
abstract class QuotaPortTest {
    static final String NOT_ALLOCATED = "{\"status\":1001,\"msg\":\"ok\",\"result\":{"
            + "\"remaining_tokens\":%d,\"current_version\":%d,\"ok\":false}}";

    @TempDir
    Path directory;

    QuotaFixture fixture;
    KeptConnection connection;

    enum Backend {
        MEMORY,
        LOCAL
    }

    final void start(Backend backend) throws IOException {
        fixture = backend == Backend.MEMORY ? QuotaFixture.inMemory() : QuotaFixture.local(directory, 1000);
        fixture.define("ns1", "r1", 10);
        connection = fixture.connect();
    }

    @AfterEach
    void stop() throws IOException {
        if (fixture != null) {
            connection.close();
            fixture.close();
        }
    }

    static String named(String fields) {
        return "{\"namespace\":\"ns1\",\"resource\":\"r1\"" + fields + "}";
    }

    final String ok(String path, String body) throws IOException {
        ReceivedResponse response = connection.post("/api/v1/" + path, body);
        assertThat(response.status()).as(response.toString()).isEqualTo(200);
        assertThat(response.header("content-type")).hasValue("application/json");
        return response.body();
    }

    final ReceivedResponse keyed(String path, String key, String body) throws IOException {
        return connection.exchange("POST", "/api/v1/" + path, "Idempotency-Key: " + key + "\r\n", body);
    }

    static String changed(long remaining, long version) {
        return "{\"status\":1001,\"msg\":\"ok\",\"result\":{\"remaining_tokens\":" + remaining + ",\"current_version\":"
                + version + ",\"ok\":true}}";
    }
}

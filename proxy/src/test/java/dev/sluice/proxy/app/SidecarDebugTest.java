package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.proxy.debug.RequestDebug;
import dev.sluice.proxy.testing.RawHttp;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Why single requests went as they went, in the log for a time. */
class SidecarDebugTest extends SidecarFixture {
    private final Logger logger = (Logger) LoggerFactory.getLogger(RequestDebug.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(lines);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private List<String> texts() {
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static String put(Sidecar sidecar, String query) throws IOException {
        return RawHttp.request(sidecar.adminAddress(), "PUT", "/api/v1/debug" + query, "Content-Length: 0\r\n");
    }

    @Test
    void requestsOfOneUser_areLoggedWithTheReason() throws Exception {
        try (Sidecar sidecar = start("a")) {
            assertAdmitted(get(sidecar, "AKIDALICE"));
            assertThat(texts()).isEmpty();

            assertThat(put(sidecar, "?user=stopped&seconds=60")).startsWith("HTTP/1.1 200 ");
            assertAdmitted(get(sidecar, "AKIDALICE"));
            assertRefused(get(sidecar, "AKIDSTOPPED"));

            await().until(() -> texts().size() == 1);
            assertThat(texts().get(0))
                    .startsWith("GET /bucket/key HTTP/1.1 of stopped from 127.0.0.1 in ")
                    .contains("rejected by user stopped read-ops = 0/s, which admits nothing; status 503, id sl")
                    .doesNotContain("AKID");
            assertThat(admin(sidecar, "/api/v1/debug").getString("requests")).isEqualTo("user stopped");
            assertThat(admin(sidecar, "/api/v1/debug").getLong("logged")).isEqualTo(1);

            RawHttp.request(sidecar.adminAddress(), "DELETE", "/api/v1/debug", "");
            assertRefused(get(sidecar, "AKIDSTOPPED"));
            assertThat(admin(sidecar, "/api/v1/debug").getIsNull("remaining_seconds"))
                    .isTrue();
            assertThat(texts()).hasSize(1);
        }
    }

    @Test
    void bucketAndClient_selectToo_andItEndsByItself() throws Exception {
        try (Sidecar sidecar = start("a")) {
            put(sidecar, "?bucket=bucket&client=127.0.0.1&seconds=1");
            assertAdmitted(get(sidecar, "AKIDFREE"));
            await().until(() -> texts().size() == 1);
            assertThat(texts().get(0)).contains("of free from 127.0.0.1").contains(": admitted and served; status 200");

            await().until(() -> admin(sidecar, "/api/v1/debug").getIsNull("remaining_seconds"));
            assertAdmitted(get(sidecar, "AKIDFREE"));
            put(sidecar, "?client=192.0.2.1");
            assertAdmitted(get(sidecar, "AKIDFREE"));
            assertThat(texts()).hasSize(1);
        }
    }

    @Test
    void unknownAccessKey_isSelectedAsAllViewsShowIt() throws Exception {
        try (Sidecar sidecar = start("a")) {
            assertAdmitted(get(sidecar, "AKIDNOBODY"));
            String shown = admin(sidecar, "/api/v1/usage").getConfigList("usage").stream()
                    .map(row -> row.getString("subject"))
                    .filter(subject -> subject.startsWith("key:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(put(sidecar, "?user=" + shown)).startsWith("HTTP/1.1 200 ");

            assertAdmitted(get(sidecar, "AKIDNOBODY"));
            assertRefused(get(sidecar, "AKIDNOBODY"));

            await().until(() -> texts().size() == 2);
            assertThat(shown).hasSize("key:".length() + 8);
            assertThat(texts()).allSatisfy(line -> assertThat(line).contains(" of " + shown + " from"));
            assertThat(texts())
                    .anySatisfy(line -> assertThat(line).contains("rejected by user " + shown + " read-ops"));
        }
    }

    @Test
    void nameOfABucket_cannotBeginALineOfItsOwn() throws Exception {
        Files.writeString(limitsFile, "limits { each-bucket { read-ops = 0/s } }");
        try (Sidecar sidecar = start("a")) {
            put(sidecar, "?client=127.0.0.1");

            RawHttp.request(sidecar.listenAddress(), "GET", "/a%0AERROR%1Bb/key", "");

            await().until(() -> texts().size() == 1);
            assertThat(texts().get(0)).contains("rejected by bucket a\\u000aERROR\\u001bb read-ops = 0/s");
        }
    }

    @Test
    void badRequest_isRefused() throws Exception {
        try (Sidecar sidecar = start("a")) {
            assertThat(put(sidecar, "")).startsWith("HTTP/1.1 400 ").contains("name a user, a bucket or a client");
            assertThat(put(sidecar, "?client=x")).startsWith("HTTP/1.1 400 ").contains("no such client");
            assertThat(put(sidecar, "?user=AKIDALICE"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("its user is alice");
            assertThat(put(sidecar, "?user=AKIAIOSFODNN7EXAMPLE"))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("looks like an access key")
                    .doesNotContain("AKIA");
            assertThat(put(sidecar, "?user=a&seconds=0")).startsWith("HTTP/1.1 400 ");
            logger.setLevel(Level.INFO);
            assertThat(put(sidecar, "?user=a")).startsWith("HTTP/1.1 409 ").contains("dev.sluice.proxy.debug");
        }
    }

    @Test
    void flood_isBounded() throws Exception {
        try (Sidecar sidecar = start("a")) {
            put(sidecar, "?user=stopped&seconds=60");
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                requests.append("GET /bucket/key HTTP/1.1\r\nHost: localhost\r\nAuthorization: AWS4-HMAC-SHA256"
                        + " Credential=AKIDSTOPPED/20260101/default/s3/aws4_request, SignedHeaders=host,"
                        + " Signature=0\r\n" + (i == 999 ? "Connection: close\r\n" : "") + "\r\n");
            }

            RawHttp.exchange(sidecar.listenAddress(), requests.toString());

            assertThat(admin(sidecar, "/api/v1/debug").getLong("logged")
                            + admin(sidecar, "/api/v1/debug").getLong("not_logged"))
                    .isEqualTo(1000);
            assertThat(admin(sidecar, "/api/v1/debug").getLong("not_logged")).isPositive();
        }
    }
}

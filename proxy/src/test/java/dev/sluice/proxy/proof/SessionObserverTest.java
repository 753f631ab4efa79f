package dev.sluice.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.identity.UserSessions;
import dev.sluice.policy.source.PolicySnapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionObserverTest {
    private static final long NOW = 1_000;
    private static final String KEY = "bOSKw0cCIJlPpuDdmHMh";
    private static final Instant END = Instant.parse("2026-11-28T13:45:10Z");
    private static final String BODY = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" + KEY
            + "</AccessKeyId><Expiration>2026-11-28T13:45:10.123456789Z</Expiration><SecretAccessKey>0A3</SecretAccessKey>"
            + "<SessionToken>" + "dG9rZW4=".repeat(200) + "</SessionToken></Credentials></AssumeRoleResult>"
            + "</AssumeRoleResponse>";

    private final IdentityDirectory directory = new IdentityDirectory(
            "test", () -> new PolicySnapshot(Policy.UNLIMITED, Map.of("ALICE1", Identity.ofUser("alice"))));

    private SessionObserver observer() {
        return new SessionObserver(directory, "ALICE1", END.getEpochSecond() - 3_600);
    }

    private void pass(int status, boolean isChunked, int partBytes, String body) {
        SessionObserver observer = observer();
        observer.onHead(status, isChunked);
        for (int at = 0; at < body.length(); at += partBytes) {
            String part = body.substring(at, Math.min(body.length(), at + partBytes));
            ByteBuf bytes = Unpooled.copiedBuffer("x" + part, StandardCharsets.ISO_8859_1);
            bytes.skipBytes(1);
            observer.onBody(bytes, NOW);
            assertThat(bytes.readableBytes()).isEqualTo(part.length());
            assertThat(bytes.refCnt()).isEqualTo(1);
            bytes.release();
        }
        observer.onEnd(NOW);
    }

    private String user() {
        return directory.lookup(KEY).user();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 100_000})
    void session_isLearnt_howeverItComes(int partBytes) {
        pass(200, false, partBytes, BODY);

        assertThat(user()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 100_000})
    void session_isLearntFromChunks(int chunkBytes) {
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < BODY.length(); at += chunkBytes) {
            String part = BODY.substring(at, Math.min(BODY.length(), at + chunkBytes));
            chunks.append(Integer.toHexString(part.length()))
                    .append(at == 0 ? ";a=b" : "")
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        pass(200, true, 50, chunks + "0\r\n\r\n");

        assertThat(user()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "zz\r\n",
                "ffffffffffffffff\r\nx",
                "-5\r\nabc",
                "5",
                "5\r\n",
                "5\r\nabc",
                "0\r\n\r\n5\r\nabcde"
            })
    void strangeChunks_areNone(String body) {
        pass(200, true, 3, body);

        assertThat(directory.sessions().learntCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 206, 302, 400, 403, 500})
    void anythingBut200_isNotLookedAt(int status) {
        pass(status, false, 100, BODY);

        assertThat(user()).startsWith("key:");
    }

    @Test
    void clientThatGoesEarly_hidesNothing() {
        SessionObserver observer = observer();
        observer.onHead(200, false);
        for (int at = 0; at < 160; at += 10) {
            observer.onBody(Unpooled.copiedBuffer(BODY.substring(at, at + 10), StandardCharsets.ISO_8859_1), NOW);
        }
        assertThat(directory.sessions().learntCount()).isZero();

        observer.onEnd(NOW);

        assertThat(user()).isEqualTo("alice");
    }

    @Test
    void whatComesBehindTheBound_isNotKept() {
        String late = " ".repeat(SessionObserver.BYTES_MAX) + BODY;

        pass(200, false, 1_000, late);
        pass(200, false, 1 << 20, " ".repeat(1 << 20) + BODY);

        assertThat(directory.sessions().learntCount()).isZero();
    }

    @Test
    void session_isKnownUntilItsEnd_byRgwsTime() {
        pass(200, false, 100_000, BODY);
        long untilEnd = TimeUnit.HOURS.toNanos(1);

        directory.sessions().expire(NOW + untilEnd);
        assertThat(user()).isEqualTo("alice");
        directory.sessions().expire(NOW + untilEnd + TimeUnit.MINUTES.toNanos(16));
        assertThat(user()).startsWith("key:");
    }

    /** A clock is wrong: better too long than too short. RGW refuses what has ended. */
    @Test
    void endThatCannotBe_countsAsTheLatest() {
        pass(200, false, 100_000, BODY.replace("2026", "2025"));

        directory.sessions().expire(NOW + UserSessions.SESSION_NANOS_MAX);
        assertThat(user()).isEqualTo("alice");
    }
}

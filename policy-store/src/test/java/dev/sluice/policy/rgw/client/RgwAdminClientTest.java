package dev.sluice.policy.rgw.client;

import static dev.sluice.policy.rgw.client.GatewayStub.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.HostPort;
import dev.sluice.policy.identity.SecretKey;
import dev.sluice.policy.keys.GatewayTrust;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RgwAdminClientTest {
    private static final long WALL = Instant.parse("2026-11-28T09:00:00Z").toEpochMilli();
    private static final String BOB =
            "{\"tenant\":\"\",\"user_id\":\"bob\",\"suspended\":0,\"subusers\":[{\"id\":\"bob:swift\"}],"
                    + "\"keys\":[{\"user\":\"bob\",\"access_key\":\"B1\",\"secret_key\":\"s1\"},"
                    + "{\"user\":\"bob:swift\",\"access_key\":\"B2\",\"secret_key\":\"s\\/2\"},"
                    + "{\"user\":\"bob\",\"access_key\":\"B3\",\"secret_key\":\"s3\",\"active\":false}],"
                    + "\"swift_keys\":[{\"user\":\"bob:swift\",\"secret_key\":\"x\"}],\"system\":\"false\",\"admin\":\"false\"}";

    @TempDir
    private Path folder;

    private RgwAdminClient client(int port) throws IOException {
        return client("127.0.0.1", port, Optional.empty());
    }

    private RgwAdminClient client(String host, int port, Optional<GatewayTrust> tls) throws IOException {
        Path secret = folder.resolve("secret");
        if (!Files.exists(secret)) {
            Files.writeString(secret, "adminsecret1\n");
        }
        RgwAdminSettings settings = new RgwAdminSettings(
                new HostPort(host, port),
                tls,
                "s3.example.com",
                "admin",
                "ADMINKEY1",
                secret,
                SecretKey.of("adminsecret1"),
                Duration.ofSeconds(30),
                50,
                RgwAdminSettings.RgwLimits.DEFAULT);
        return new RgwAdminClient(settings, () -> WALL);
    }

    private static RgwUser found(RgwLookup<RgwUser> answer) {
        assertThat(answer).isInstanceOf(RgwLookup.Found.class);
        return ((RgwLookup.Found<RgwUser>) answer).value();
    }

    private static RgwState stateOf(RgwLookup<?> answer) {
        assertThat(answer).isInstanceOf(RgwLookup.Failed.class);
        RgwLookup.Failed<?> failed = (RgwLookup.Failed<?>) answer;
        assertThat(failed.problem()).isNotEmpty().doesNotContain("adminsecret1", "ADMINKEY1");
        return failed.state();
    }

    @Test
    void user_isRead_withTheKeysThatAreActive() throws IOException {
        try (GatewayStub gateway = new GatewayStub(json(200, BOB));
                RgwAdminClient client = client(gateway.port())) {
            RgwUser bob = found(client.userOfKey("B2/+"));

            assertThat(bob.name()).isEqualTo("bob");
            assertThat(bob.isExempt()).isFalse();
            assertThat(bob.keys()).extracting(RgwUser.OwnedKey::accessKey).containsExactly("B1", "B2");
            assertThat(bob.keys().get(1).secret().matches(SecretKey.of("s/2"))).isTrue();
            assertThat(gateway.heads.get(0))
                    .startsWith("GET /admin/user?access-key=B2%2F%2B&format=json HTTP/1.1\nHost: s3.example.com\n")
                    .contains("x-amz-date: 20261128T090000Z")
                    .contains("Credential=ADMINKEY1/20261128/default/s3/aws4_request,"
                            + " SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=")
                    .doesNotContain("adminsecret1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"system\":true", "\"admin\":true", "\"system\":\"true\"", "\"admin\":\"true\""})
    void systemAndAdminUsers_areExempt_inTheWordsOfEachRelease(String field) throws IOException {
        String user =
                "{\"tenant\":\"acme\",\"user_id\":\"root\",\"account_id\":\"RGW1\",\"suspended\":1," + field + "}";

        RgwUser read = RgwUserParser.parse(user.getBytes(StandardCharsets.UTF_8));

        assertThat(read.name()).isEqualTo("acme$root");
        assertThat(read.account()).isEqualTo("RGW1");
        assertThat(read.isExempt()).isTrue();
        assertThat(read.isSuspended()).isTrue();
    }

    @Test
    void connection_isKept_andMadeAnewWhenTheGatewayHasClosedIt() throws IOException {
        try (GatewayStub gateway = new GatewayStub(json(200, BOB), "!" + json(200, BOB), json(200, BOB));
                RgwAdminClient client = client(gateway.port())) {
            found(client.user("bob"));
            found(client.user("bob"));
            assertThat(gateway.connections()).isEqualTo(1);

            found(client.user("bob"));

            assertThat(gateway.connections()).isEqualTo(2);
        }
    }

    @Test
    void chunkedBody_andOneThatEndsWithTheConnection_areRead() throws IOException {
        int half = BOB.length() / 2;
        String chunked =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(half) + ";x=y\r\n"
                        + BOB.substring(0, half) + "\r\n" + Integer.toHexString(BOB.length() - half) + "\r\n"
                        + BOB.substring(half) + "\r\n0\r\nTrailer: x\r\n\r\n";
        try (GatewayStub gateway = new GatewayStub(
                        chunked, "!HTTP/1.1 200 OK\r\n\r\n" + BOB, "HTTP/1.1 100 Continue\r\n\r\n" + chunked);
                RgwAdminClient client = client(gateway.port())) {
            assertThat(found(client.user("bob")).keys()).hasSize(2);
            assertThat(found(client.user("bob")).keys()).hasSize(2);
            assertThat(found(client.user("bob")).keys()).hasSize(2);
            assertThat(gateway.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, SignatureDoesNotMatch, WRONG_SECRET",
        "403, InvalidAccessKeyId, UNKNOWN_ACCESS_KEY",
        "403, RequestTimeTooSkewed, CLOCK_SKEW",
        "403, AccessDenied, MISSING_CAPABILITY",
        "404, NoSuchBucket, NOT_SERVED",
        "404, NoSuchKey, NOT_SERVED",
        "503, SlowDown, FAILING",
        "500, InternalError, FAILING",
        "302, '', FAILING",
    })
    void refusal_isNamedAsWhatItIs(int status, String code, RgwState state) throws IOException {
        try (GatewayStub gateway = new GatewayStub(json(status, "{\"Code\":\"" + code + "\",\"Message\":\"\"}"));
                RgwAdminClient client = client(gateway.port())) {
            assertThat(stateOf(client.user("bob"))).isEqualTo(state);
        }
    }

    @Test
    void unknownUser_isNoFault() throws IOException {
        try (GatewayStub gateway = new GatewayStub(
                        json(404, "{\"Code\":\"NoSuchUser\"}"), json(400, "{\"Code\":\"InvalidArgument\"}"));
                RgwAdminClient client = client(gateway.port())) {
            assertThat(client.user("eve")).isInstanceOf(RgwLookup.NotFound.class);
            assertThat(client.userOfKey("EVE")).isInstanceOf(RgwLookup.NotFound.class);
        }
    }

    /** Where the gateway only says no: a signature that is right opens the list of buckets. */
    @ParameterizedTest
    @CsvSource({
        "200, <ListAllMyBucketsResult/>, MISSING_CAPABILITY, users=read",
        "403, <Error><Code>AccessDenied</Code></Error>, WRONG_SECRET, secret",
        "403, <Error><Code>SignatureDoesNotMatch</Code></Error>, WRONG_SECRET, secret-key-file",
        "403, <Error><Code>InvalidAccessKeyId</Code></Error>, UNKNOWN_ACCESS_KEY, access-key",
    })
    void check_distinguishesAMissingCapabilityAndAWrongSecret(int status, String body, RgwState state, String word)
            throws IOException {
        try (GatewayStub gateway = new GatewayStub(json(403, "{\"Code\":\"AccessDenied\"}"), json(status, body));
                RgwAdminClient client = client(gateway.port())) {
            RgwLookup<RgwState> answer = client.check();

            assertThat(stateOf(answer)).isEqualTo(state);
            assertThat(((RgwLookup.Failed<RgwState>) answer).problem()).contains(word);
        }
    }

    @Test
    void check_isWell_whenOnlyTheUserIsMissing() throws IOException {
        try (GatewayStub gateway = new GatewayStub(json(404, "{\"Code\":\"NoSuchUser\"}"));
                RgwAdminClient client = client(gateway.port())) {
            assertThat(client.check()).isEqualTo(new RgwLookup.Found<>(RgwState.OK));
        }
    }

    @Test
    void check_readsTheSecretFileAgain_whenTheSecretIsRefused() throws IOException {
        try (GatewayStub gateway = new GatewayStub(
                        json(403, "{\"Code\":\"SignatureDoesNotMatch\"}"), json(404, "{\"Code\":\"NoSuchUser\"}"));
                RgwAdminClient client = client(gateway.port())) {
            Files.writeString(folder.resolve("secret"), "anothersecret\n");

            assertThat(client.check()).isInstanceOf(RgwLookup.Found.class);

            String before = gateway.heads.get(0);
            String after = gateway.heads.get(1);
            assertThat(after.substring(after.indexOf("Signature=")))
                    .isNotEqualTo(before.substring(before.indexOf("Signature=")));
        }
    }

    @Test
    void limits_areRead_andAReleaseThatReturnsNothingHasNone() throws IOException {
        String user = "{\"user_ratelimit\":{\"max_read_ops\":10,\"max_write_ops\":5,\"max_read_bytes\":1000,"
                + "\"max_write_bytes\":500,\"enabled\":true}}";
        String global = "{\"bucket_ratelimit\":{\"max_read_ops\":1,\"enabled\":true},"
                + "\"user_ratelimit\":{\"max_list_ops\":2,\"max_delete_ops\":3,\"enabled\":true},"
                + "\"anonymous_ratelimit\":{\"enabled\":false}}";
        try (GatewayStub gateway = new GatewayStub(
                        json(200, user),
                        json(200, global),
                        json(200, ""),
                        json(405, "{\"Code\":\"MethodNotAllowed\"}"),
                        json(404, "{\"Code\":\"NoSuchKey\"}"),
                        json(403, "{\"Code\":\"AccessDenied\"}"));
                RgwAdminClient client = client(gateway.port())) {
            assertThat(client.limitOfUser("acme$carol"))
                    .isEqualTo(new RgwLookup.Found<>(new RgwRateLimit(true, 10, 5, 0, 0, 1000, 500)));
            RgwGlobalLimits read = ((RgwLookup.Found<RgwGlobalLimits>) client.globalLimits()).value();
            assertThat(read.bucket().readOps()).isEqualTo(1);
            assertThat(read.ofAnonymous()).isEqualTo(new RgwRateLimit(true, 0, 0, 2, 3, 0, 0));
            assertThat(client.globalLimits()).isEqualTo(new RgwLookup.Found<>(RgwGlobalLimits.NONE));
            assertThat(client.globalLimits()).isInstanceOf(RgwLookup.Unsupported.class);
            assertThat(client.limitOfBucket("acme:logs")).isInstanceOf(RgwLookup.NotFound.class);
            RgwLookup<RgwGlobalLimits> refused = client.globalLimits();
            assertThat(stateOf(refused)).isEqualTo(RgwState.MISSING_CAPABILITY);
            assertThat(((RgwLookup.Failed<RgwGlobalLimits>) refused).problem()).contains("ratelimit=read");
            assertThat(gateway.heads.get(0)).startsWith("GET /admin/ratelimit?ratelimit-scope=user&uid=acme%24carol ");
            assertThat(gateway.heads.get(4))
                    .startsWith("GET /admin/ratelimit?bucket=logs&ratelimit-scope=bucket&tenant=acme ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!",
                "!HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[[[[[",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"user_id\":{}}x",
            })
    void responseThatCantBeRead_isAFailure(String response) throws IOException {
        try (GatewayStub gateway = new GatewayStub(response);
                RgwAdminClient client = client(gateway.port())) {
            assertThat(stateOf(client.user("bob"))).isIn(RgwState.UNREACHABLE, RgwState.FAILING);
        }
    }

    @Test
    void headWithoutEnd_isCutOff() throws IOException {
        try (GatewayStub gateway = new GatewayStub("HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000));
                RgwAdminClient client = client(gateway.port())) {
            assertThat(stateOf(client.user("bob"))).isEqualTo(RgwState.UNREACHABLE);
        }
    }

    @Test
    void certificate_isVerified_withAuthoritiesAndName() throws Exception {
        X509Bundle authority =
                certificate("authority").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle server = certificate("localhost").addSanDnsName("localhost").buildIssuedBy(authority);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(server.toKeyManagerFactory().getKeyManagers(), null, null);
        GatewayTrust trusted = new GatewayTrust.Authorities(List.of(authority.getCertificate()));
        try (GatewayStub gateway = new GatewayStub(context.getServerSocketFactory(), json(200, BOB));
                RgwAdminClient right = client("localhost", gateway.port(), Optional.of(trusted));
                RgwAdminClient otherName = client("127.0.0.1", gateway.port(), Optional.of(trusted));
                RgwAdminClient otherAuthority =
                        client("localhost", gateway.port(), Optional.of(new GatewayTrust.Platform()))) {
            assertThat(stateOf(otherName.user("bob"))).isEqualTo(RgwState.UNREACHABLE);
            assertThat(stateOf(otherAuthority.user("bob"))).isEqualTo(RgwState.UNREACHABLE);
            assertThat(gateway.heads).isEmpty();

            assertThat(found(right.user("bob")).name()).isEqualTo("bob");
        }
    }

    private static CertificateBuilder certificate(String name) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .subject("CN=" + name)
                .ecp256()
                .notBefore(now.minus(2, ChronoUnit.DAYS))
                .notAfter(now.plus(2, ChronoUnit.DAYS));
    }

    @Test
    void nothingThere_isUnreachable() throws IOException {
        int port;
        try (GatewayStub gateway = new GatewayStub()) {
            port = gateway.port();
        }
        try (RgwAdminClient client = client(port)) {
            assertThat(stateOf(client.check())).isEqualTo(RgwState.UNREACHABLE);
        }
    }

    /** Whatever the bytes are, there is a user or an {@link IOException}, and no secret in its message. */
    @Test
    void changedBytes_neverBreakTheParser() {
        long seed = 22;
        Random random = new Random(seed);
        byte[] good = BOB.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = good.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(RgwUserParser.parse(changed).name()).isNotEmpty();
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed %d, case %d", seed, i).doesNotContain("s1", "secret");
            }
        }
    }
}

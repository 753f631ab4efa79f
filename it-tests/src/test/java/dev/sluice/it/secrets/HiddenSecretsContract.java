package dev.sluice.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.LoopbackHosts;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import dev.sluice.it.rgw.RgwAdminAccess;
import dev.sluice.proxy.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A run of everything, with every logger at its most talkative, and then a search for every credential of the run in all
 * that Sluice has written: logs, metrics, the admin port, responses, files, and the messages between sidecars.
 */
abstract class HiddenSecretsContract {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STS = "--rgw-s3-auth-use-sts=true --rgw-sts-key=abcdefghijklmnop";
    private static final String TRUST =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
                    + "{\"AWS\":[\"arn:aws:iam:::user/alice\"]},\"Action\":[\"sts:AssumeRole\"]}]}";
    private static final List<String> ADMIN_PATHS = List.of(
            "/ping",
            "/ready",
            "/healthz",
            "/metrics",
            "/memberlist",
            "/api/v1/usage",
            "/api/v1/peers",
            "/api/v1/limits",
            "/api/v1/limits/users/alice",
            "/api/v1/limits/users/nobody",
            "/api/v1/explain?user=alice&bucket=b&op=GET&address=192.0.2.1",
            "/no/such/path");

    private static final String LIMITS = """
            each-user { read-ops = 100000/h, write-ops = 100000/h }
            each-bucket { read-ops = 100000/h, write-ops = 100000/h }
            anonymous { read-ops = 2/h, write-ops = 2/h }
            users {
              alice { read-ops = 3/h }
              bob { read-ops = 1/h, on-exceed = shadow }
            }
            access-keys { %s = listed }
            """;

    private static final String EVERYTHING = """
            <configuration>
              <appender name="file" class="ch.qos.logback.core.FileAppender">
                <file>${sluice.test.log}</file>
                <encoder><pattern>%level [%thread] %logger: %msg%n</pattern></encoder>
              </appender>
              <root level="ALL"><appender-ref ref="file"/></root>
            </configuration>
            """;

    private static final int QUOTA_PORT = 6789;
    private static final int ENVOY_PORT = 8081;

    private final RgwRelease release;
    private final SecretScan scan = new SecretScan();
    private final SecureRandom random = new SecureRandom();
    private final String run = Long.toHexString(System.nanoTime());
    private Path folder;
    private String swiftSecret = "";
    private S3Credentials alice = new S3Credentials("", "");
    private S3Credentials bob = new S3Credentials("", "");
    private final String quotaHost = LoopbackHosts.host();

    HiddenSecretsContract(RgwRelease release) {
        this.release = release;
    }

    private String secret(String name) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        // As long as one of RGW, and with a character that every encoding changes.
        String secret = HexFormat.of().formatHex(bytes) + "+Q/x";
        scan.hide(name, secret);
        return secret;
    }

    private String accessKey(String name) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String key = "AK" + HexFormat.of().withUpperCase().formatHex(bytes);
        scan.hide(name, key);
        return key;
    }

    private S3Credentials credentials(String name) {
        return new S3Credentials(accessKey("the access key of " + name), secret("the secret of " + name));
    }

    private S3Credentials user(RgwTestBed bed, String uid) {
        S3Credentials keys = credentials(uid);
        bed.ceph(
                "radosgw-admin",
                "user",
                "create",
                "--uid=" + uid,
                "--display-name=" + uid,
                "--access-key=" + keys.accessKey(),
                "--secret-key=" + keys.secretKey());
        return keys;
    }

    private void sluice(String... words) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (EveryLog log = new EveryLog()) {
            try {
                Main.run(words, to, to);
            } catch (RuntimeException e) {
                to.println(e);
            }
            scan.add("the log of a command", log.text());
        }
        scan.add("the command " + words[0], printed.toByteArray());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /** A secret and a public file beside it. */
    private Path curveKey(String name) throws IOException {
        Path file = folder.resolve(name + ".key");
        sluice("keygen", file.toString());
        scan.hide("the CURVE key of " + name, last(file));
        return file;
    }

    private static String last(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        return lines.get(lines.size() - 1);
    }

    private SidecarSetup setup(URI gateway, String name, String config) {
        return SidecarSetup.before(gateway)
                .config("sluice { node-id = " + name + "\n" + config + " }")
                .jvmFlags(
                        "-Dlogback.configurationFile=" + folder.resolve("everything.xml"),
                        "-Dsluice.test.log=" + log(name));
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    @Test
    void runOfEverything_showsNoCredential(@TempDir Path temporary) throws Exception {
        folder = temporary;
        RgwTestBed bed = RgwTestBed.require(release);
        URI gateway = bed.startGateway(STS);
        S3Credentials hidden = user(bed, "hidden-" + run);
        S3Credentials listed = user(bed, "other-" + run);
        swiftSecret = secret("the secret of Swift");
        alice = bed.keys("ALICE", "");
        bob = bed.keys("BOB", "");
        bed.ceph(
                "radosgw-admin",
                "subuser",
                "create",
                "--uid=hidden-" + run,
                "--subuser=hidden-" + run + ":swift",
                "--access=full",
                "--key-type=swift",
                "--secret-key=" + swiftSecret);
        bed.ceph("radosgw-admin", "role", "create", "--role-name=hidden-" + run, "--assume-role-policy-doc=" + TRUST);
        file("everything.xml", EVERYTHING);
        RgwAdminAccess admin = RgwAdminAccess.make(bed, Files.createDirectory(folder.resolve("admin")));
        scan.hide("the access key of the admin user", admin.accessKey());
        scan.hide("the secret of the admin user", last(admin.secretFile()));
        String token = secret("the admin token");
        Path tokenFile = file("token", token);
        Path observer = curveKey("observer");
        String common =
                "admin.token-file = \"" + tokenFile + "\", state-file = \"%s\", sync.curve { secret-key-file = \"%s\","
                        + " allowed-keys-dir = \"" + folder + "\" }";
        Path keyOfA = curveKey("a");
        Path keyOfB = curveKey("b");
        SidecarSetup a = setup(gateway, "a", common.formatted(folder.resolve("a.state"), keyOfA))
                .config(admin.config("limits = shadow"))
                .config(quotas(tokenFile))
                .limits(LIMITS.formatted(listed.accessKey()));
        SidecarSetup b = setup(gateway, "b", common.formatted(folder.resolve("b.state"), keyOfB))
                .config(admin.config("limits = enforce"))
                .limits(LIMITS.formatted(listed.accessKey()));
        Path wrongSecret = file("wrong.secret", secret("a wrong secret of the admin user"));
        SidecarSetup refused = setup(gateway, "c", "")
                .config("sluice.rgw-admin { access-key = \"" + admin.accessKey() + "\", secret-key-file = \""
                        + wrongSecret + "\" }")
                .limits("each-user { read-ops = 5/s }");
        int messages;
        try (SidecarProcess first = a.peers(b.sync()).start();
                SidecarProcess second = b.peers(a.sync()).start();
                SidecarProcess third = refused.start()) {
            messages = 0;
            try (ZContext context = new ZContext()) {
                ZMQ.Socket bus = subscriber(context, first.sync(), keyOfA, observer);
                traffic(first, token, hidden, listed);
                traffic(second, token, hidden, listed);
                commands(first, token, hidden);
                quotas(token, hidden);
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(AdminPort.ready(third)).contains("wrong-secret"));
                for (byte[] message = bus.recv(); message != null && messages < 100; message = bus.recv()) {
                    scan.add("the bus", message);
                    messages++;
                }
            }
            for (SidecarProcess sidecar : List.of(first, second, third)) {
                read(sidecar, hidden, token);
                sidecar.terminate();
                scan.add("the output", sidecar.log());
                files(sidecar.limitsFile().getParent());
            }
        }
        for (String name : List.of("a", "b", "c")) {
            scan.add("the log", Files.readAllBytes(log(name)));
        }
        for (String state : List.of("a.state", "b.state")) {
            scan.add("the state file", Files.readAllBytes(folder.resolve(state)));
        }
        quotaFiles();

        assertThat(scan.findings()).isEmpty();
        assertThat(messages).isPositive();
        assertEverythingHappened();
    }

    /** A search through nothing would find nothing. */
    private void assertEverythingHappened() {
        assertThat(scan.written("the log")).contains("DEBUG", "io.netty", "malformed", "rejected", "would reject");
        assertThat(scan.written("the state file")).hasSizeGreaterThan(100);
        assertThat(scan.written("the audit log")).contains("users.alice");
        assertThat(scan.written("the overlay")).contains("read-ops");
        assertThat(scan.written("the admin port"))
                .contains(
                        "\"listed\"",
                        "\"hidden-",
                        "sluice_claims_total",
                        "sluice_sts_sessions{from=\"peers\"} 1.0",
                        "wrong-secret",
                        "is an access key",
                        "key:");
        assertThat(scan.written("the quota port")).contains("\"ok\":true", "\"remaining_tokens\":9", "401 ", "400 ");
        assertThat(scan.written("the admin port")).contains("sluice_envoy_requests_total{outcome=\"admitted\"}");
        assertThat(scan.written("the audit log of quotas")).contains("other");
        assertThat(scan.written("allocations")).isNotEmpty();
        assertThat(scan.written("the command check")).contains("error");
        assertThat(scan.written("the command replay")).contains("requests from", "no entries");
        assertThat(scan.written("the command explain")).contains("alice");
        assertThat(scan.written("responses of the sidecar")).contains("SlowDown", "InvalidRequest");
    }

    /** The quota service beside S3, with its own ports. */
    private String quotas(Path tokenFile) throws IOException {
        file("quotas.conf", QuotaTraffic.QUOTAS);
        return """
                sluice.quota {
                  listen = "%s:%d", token-file = "%s", quotas-file = "%s"
                  envoy.listen = "%s:%d"
                  alloc { backend = local, dir = "%s" }
                }
                """.formatted(
                        quotaHost,
                        QUOTA_PORT,
                        tokenFile,
                        folder.resolve("quotas.conf"),
                        quotaHost,
                        ENVOY_PORT,
                        folder.resolve("data"));
    }

    private void quotas(String token, S3Credentials key) throws IOException {
        QuotaTraffic traffic = new QuotaTraffic(
                URI.create("http://" + quotaHost + ":" + QUOTA_PORT),
                URI.create("http://" + quotaHost + ":" + ENVOY_PORT),
                token,
                scan);
        for (String credential : List.of(key.secretKey(), secret("a wrong token of the quota service"))) {
            traffic.calls(credential);
            traffic.envoy(credential);
        }
    }

    private void traffic(SidecarProcess sidecar, String token, S3Credentials hidden, S3Credentials listed)
            throws IOException {
        String user = "hidden-" + run;
        CredentialTraffic traffic = new CredentialTraffic(sidecar.s3(), scan);
        assertThat(traffic.version4(hidden, "/no-such-bucket/o")).isEqualTo(200);
        await().atMost(SOON)
                .until(() -> ask(sidecar, "GET", "/metrics", token, "").contains("sluice_rgw_keys 1.0"));
        traffic.version4(bob, "/no-such-bucket/o");
        assertThat(traffic.version4(hidden, "/no-such-bucket/o")).isEqualTo(200);
        assertThat(traffic.version2(hidden, "/")).isEqualTo(200);
        assertThat(traffic.swift(user + ":swift", swiftSecret)).isIn(200, 204);
        assertThat(traffic.session(alice, user)).as("the response to a session").isNotZero();
        traffic.form(hidden, "no-such-bucket");
        S3Credentials forged = new S3Credentials(hidden.accessKey(), secret("a forger's secret"));
        for (S3Credentials wrong : List.of(forged, listed, credentials("nobody"))) {
            traffic.version4(wrong, "/no-such-bucket/o");
            traffic.version2(wrong, "/");
            traffic.form(wrong, "no-such-bucket");
            traffic.session(wrong, user);
        }
        traffic.ldap(secret("a password"));
        for (String text : List.of(hidden.accessKey(), hidden.secretKey(), swiftSecret)) {
            traffic.malformed(text);
            traffic.misplaced(hidden, "no-such-bucket", text);
        }
        traffic.asBucket(hidden, hidden.accessKey());
        traffic.version4(bob, "/no-such-bucket/o");
        traffic.anonymous(5);
    }

    private static String ask(SidecarProcess sidecar, String method, String path, String token, String body)
            throws IOException {
        try (WireHttpClient http = WireHttpClient.connect(sidecar.admin())) {
            http.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            WireHttpClient.WireResponse response = http.readResponse();
            return response.headers() + response.body();
        }
    }

    /** All that the admin port shows, to those who may ask and to others. */
    private void read(SidecarProcess sidecar, S3Credentials key, String token) throws IOException {
        for (String path : ADMIN_PATHS) {
            scan.add("the admin port", ask(sidecar, "GET", path, token, ""));
            scan.add("the admin port", ask(sidecar, "GET", path, secret("a wrong token"), ""));
        }
        if (!ask(sidecar, "GET", "/metrics", token, "").contains("sluice_rgw_admin_up 1.0")) {
            // It knows no access key: a key that is asked about is a name like any other.
            return;
        }
        for (String path :
                List.of("/api/v1/explain?user=" + key.accessKey(), "/api/v1/limits/users/" + key.accessKey())) {
            scan.add("the admin port", ask(sidecar, "GET", path, token, ""));
            scan.add("the admin port", ask(sidecar, "PUT", path, token, "{\"read-ops\": \"5/s\"}"));
        }
        String wrong = "{\"read-ops\": 5, \"access-key\": \"" + key.accessKey() + "\"}";
        scan.add("the admin port", ask(sidecar, "PUT", "/api/v1/limits/users/alice", token, wrong));
    }

    /** The command line, with tokens in the right places and in wrong ones. */
    private void commands(SidecarProcess sidecar, String token, S3Credentials key) throws IOException {
        String admin = sidecar.admin().toString();
        String tokenFile = folder.resolve("token").toString();
        sluice("explain", "--user", "alice", "--admin", admin, "--token-file", tokenFile);
        sluice("explain", "--user", key.accessKey(), "--admin", admin, "--token-file", tokenFile);
        sluice("limits", "set", "user", "alice", "read-ops=4/h", "--admin", admin, "--token-file", tokenFile);
        sluice("limits", "set", "user", key.accessKey(), "read-ops=4/h", "--admin", admin, "--token-file", tokenFile);
        sluice("limits", "list", "--explain", "--admin", admin, "--token-file", tokenFile);
        String other = secret("another token");
        for (Path wrong : List.of(file("other", other), file("two-lines", token + "\n" + other))) {
            sluice("explain", "--user", "alice", "--admin", admin, "--token-file", wrong.toString());
        }
        sluice("explain", "--user", "alice", "--admin", admin, "--token", token);
        sluice("explain", "--user", "alice", "--admin", admin, "--token=" + token);
        sluice("explain", "--user", "alice", "--admin", admin, token);
        sluice(
                "explain",
                "--user",
                "alice",
                "--admin",
                "http://admin:" + token + "@" + sidecar.admin().getAuthority());
        sluice("explain", "--user", "alice", "--admin", admin + "?token=" + token);
        replay(key);
        WrongFiles files = new WrongFiles(folder.resolve("check"), key.accessKey(), key.secretKey());
        for (Path settings : files.write()) {
            sluice("check", "-c", settings.toString());
        }
    }

    private void replay(S3Credentials key) throws IOException {
        String query =
                "?X-Amz-Credential=" + key.accessKey() + "%2F20260101&X-Amz-Signature=" + secret("a logged signature");
        String entry =
                "{\"bucket\":\"photos\",\"time\":\"2026-11-28T09:53:0DIGIT.000000Z\",\"user\":\"alice\",\"operation\":"
                        + "\"get_obj\",\"uri\":\"GET /photos/o" + query + " HTTP/1.1\",\"access_key_id\":\""
                        + key.accessKey()
                        + "\",\"bytes_sent\":1,\"bytes_received\":0,\"total_time\":5}\n";
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            log.append(entry.replace("DIGIT", Integer.toString(i)));
        }
        log.append("GET /photos/o")
                .append(query)
                .append(" HTTP/1.1\n{\"uri\":\"GET /")
                .append(query)
                .append("\n");
        Path file = file("ops.log", log.toString());
        Path limits = file(
                "proposed.conf",
                "limits { users { alice { read-ops = 3/h } }, access-keys { " + key.accessKey() + " = alice } }");
        sluice("replay", file.toString(), "--limits", limits.toString());
        sluice("replay", file.toString(), "--limits", limits.toString(), "--json");
    }

    /** Everything in a sidecar's folder, but for what an operator has written there. */
    private void files(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("limits-audit")) {
                    scan.add("the audit log", Files.readAllBytes(file));
                } else if (name.startsWith("limits-overlay")) {
                    scan.add("the overlay", Files.readAllBytes(file));
                } else if (!name.equals("limits.conf") && !name.equals("sluice.conf")) {
                    scan.add("the file " + name, Files.readAllBytes(file));
                }
            }
        }
    }

    private void quotaFiles() throws IOException {
        scan.add("the audit log of quotas", Files.readAllBytes(folder.resolve("quotas-audit.log")));
        scan.add("the overlay of quotas", Files.readAllBytes(folder.resolve("quotas-overlay.conf")));
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            for (Path file : files.toList()) {
                scan.add("allocations", Files.readAllBytes(file));
            }
        }
    }

    /** A sidecar would receive the same. */
    private static ZMQ.Socket subscriber(ZContext context, String endpoint, Path server, Path own) throws IOException {
        ZMQ.Socket socket = context.createSocket(SocketType.SUB);
        socket.setCurveServerKey(ZMQ.Curve.z85Decode(last(publicOf(server))));
        socket.setCurvePublicKey(ZMQ.Curve.z85Decode(last(publicOf(own))));
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(last(own)));
        socket.setReceiveTimeOut(2_000);
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        socket.connect(endpoint);
        return socket;
    }

    private static Path publicOf(Path key) {
        return key.resolveSibling(key.getFileName().toString().replace(".key", ".pub"));
    }
}

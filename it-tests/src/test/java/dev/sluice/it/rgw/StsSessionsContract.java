package dev.sluice.it.rgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.net.WireHttpClient.WireResponse;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.RgwTestBed;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.S3Credentials;
import dev.sluice.it.harness.s3.SigV4Signer;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarCluster;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sessions that alice assumes at one of two sidecars, before a real radosgw with STS, count for alice at both. */
abstract class StsSessionsContract {
    private static final int LIMIT = 60;
    private static final int REQUESTS = 100;
    private static final int REJECTED = 503;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String STS = "--rgw-s3-auth-use-sts=true --rgw-sts-key=abcdefghijklmnop";
    private static final String ROLE = "arn:aws:iam:::role/SluiceReader";
    private static final String TRUST =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
                    + "{\"AWS\":[\"arn:aws:iam:::user/alice\"]},\"Action\":[\"sts:AssumeRole\"]}]}";
    private static final String POLICY = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
            + "[\"s3:*\"],\"Resource\":\"arn:aws:s3:::*\"}]}";
    private static final String TOKENS = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
            + "[\"sts:GetSessionToken\"],\"Resource\":\"*\"}]}";
    /** As each format of RGW has a field. */
    private static final String FIELD = "%s(?:>|: |\":\")([^<\"]+)[<\"]";

    /** What RGW gives for a session. */
    private record Session(S3Credentials keys, String token) {}

    private final RgwRelease release;

    StsSessionsContract(RgwRelease release) {
        this.release = release;
    }

    private static WireResponse send(
            URI to, String method, String query, Session session, List<String> more, String body) throws IOException {
        var lines = new ArrayList<>(List.of("Host: " + S3Backend.DOMAIN));
        lines.addAll(more);
        if (!session.token().isEmpty()) {
            lines.add("x-amz-security-token: " + session.token());
        }
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var signed = new SigV4Signer(session.keys(), Instant.now()).inHeader(method, "/", query, lines, bytes);
        try (var http = WireHttpClient.connect(to)) {
            http.send(SigV4Signer.bytes(method + " " + signed.target() + " HTTP/1.1\r\n"
                    + String.join("\r\n", signed.lines()) + "\r\nContent-Length: " + bytes.length
                    + "\r\nConnection: close\r\n\r\n" + body));
            return http.readResponse();
        }
    }

    private static Session begin(SidecarProcess at, S3Credentials user, String query, String accept, String form)
            throws IOException {
        var more = new ArrayList<>(List.of("Content-Type: application/x-www-form-urlencoded"));
        if (!accept.isEmpty()) {
            more.add("Accept: " + accept);
        }
        var response = send(at.s3(), "POST", query, new Session(user, ""), more, form);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return new Session(
                new S3Credentials(field(response, "AccessKeyId"), field(response, "SecretAccessKey")),
                field(response, "SessionToken"));
    }

    private static String field(WireResponse response, String name) {
        Matcher matcher = Pattern.compile(FIELD.formatted(name)).matcher(response.body());
        assertThat(matcher.find()).as(name + " in " + response.body()).isTrue();
        return matcher.group(1).replace("\\/", "/");
    }

    private static String assumeRole(String name) {
        return "Action=AssumeRole&RoleArn=" + ROLE + "&RoleSessionName=" + name;
    }

    private static int list(SidecarProcess at, Session session) throws IOException {
        return send(at.s3(), "GET", "", session, List.of(), "").status();
    }

    private void makeRole(RgwTestBed bed) {
        bed.ceph("radosgw-admin", "role", "create", "--role-name=SluiceReader", "--assume-role-policy-doc=" + TRUST);
        var put = release == RgwRelease.HOST ? List.of("role-policy", "put") : List.of("role", "policy", "put");
        var words = new ArrayList<>(List.of("radosgw-admin"));
        words.addAll(put);
        words.addAll(List.of("--role-name=SluiceReader", "--policy-name=All", "--policy-doc=" + POLICY));
        bed.ceph(words.toArray(new String[0]));
    }

    private static double sessions(SidecarProcess at) {
        return AdminPort.metric(at, "sluice_sts_sessions{from=\"responses\"}")
                + AdminPort.metric(at, "sluice_sts_sessions{from=\"peers\"}");
    }

    /** GetSessionToken needs it. Only IAM's API can give it. */
    private static void allowSessionTokens(RgwTestBed bed, URI gateway) throws IOException {
        bed.ceph("radosgw-admin", "caps", "add", "--uid=admin", "--caps=user-policy=*");
        var form = "Action=PutUserPolicy&UserName=alice&PolicyName=Sessions&PolicyDocument="
                + URLEncoder.encode(TOKENS, StandardCharsets.UTF_8);
        var response = send(gateway, "POST", "", new Session(bed.keys("ADMIN", ""), ""), List.of(), form);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
    }

    @Test
    void sessionsOfARole_andOwnKey_shareOneLimit_overTwoSidecars() throws Exception {
        var bed = RgwTestBed.require(release);
        var alice = S3Backend.rgw(release).alice();
        URI gateway = bed.startGateway(STS);
        makeRole(bed);
        allowSessionTokens(bed, gateway);
        String limits =
                "users { alice { read-ops = " + LIMIT + "/h } }\naccess-keys { " + alice.accessKey() + " = alice }";
        try (var sidecars = SidecarCluster.start(2, List.of(gateway), limits, "sluice.state-file = state")) {
            var first = sidecars.get(0);
            var second = sidecars.get(1);
            var users = List.of(
                    new Session(alice, ""),
                    begin(first, alice, "", "", assumeRole("one")),
                    begin(second, alice, "format=json", "", assumeRole("two")),
                    begin(second, alice, "", "text/html", "Action=GetSessionToken"),
                    begin(first, alice, "Action=GetSessionToken", "application/json", ""));
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(sessions(first)).isEqualTo(4);
                assertThat(sessions(second)).isEqualTo(4);
            });

            int admitted = 0;
            for (int i = 0; i < REQUESTS; i++) {
                int status = list(sidecars.get(i / users.size() % 2), users.get(i % users.size()));
                assertThat(status).isIn(200, REJECTED);
                admitted += status == 200 ? 1 : 0;
            }

            System.out.println(release + ": alice and four sessions: admitted " + admitted + " of " + LIMIT + "/h");
            assertThat((double) admitted).isBetween(LIMIT * 0.95, LIMIT * 1.05);
            for (var user : users) {
                // The last few of the limit may still be there.
                await().atMost(SOON).until(() -> list(first, user) == REJECTED);
                await().atMost(SOON).until(() -> list(second, user) == REJECTED);
            }
            assertLearntAfterRestart(second, users);
            assertKnownAfterAllRestarted(List.of(first, second), users);
            assertHidden(first, users);
            assertHidden(second, users);
        }
    }

    /** That is why such requests prove no access key. */
    @Test
    void signatureBesideATokenOfAnotherIssuer_isNotLookedAt() throws IOException {
        RgwTestBed.require(release);
        URI gateway = S3Backend.rgw(release).endpoints().get(0);
        var alice = new Session(S3Backend.rgw(release).alice(), "");
        var query = "Action=AssumeRoleWithWebIdentity";

        assertThat(send(gateway, "GET", "", alice, List.of(), "").status()).isEqualTo(200);
        assertThat(send(gateway, "GET", query, alice, List.of(), "").status()).isEqualTo(403);
        assertThat(send(gateway, "POST", "", alice, List.of(), query).status()).isEqualTo(403);
    }

    /** A sidecar that starts later learns the sessions that live, also those of which no one else saw the begin. */
    private static void assertLearntAfterRestart(SidecarProcess sidecar, List<Session> users) throws IOException {
        sidecar.kill9();
        sidecar.restart();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(AdminPort.metric(sidecar, "sluice_sts_sessions{from=\"peers\"}"))
                        .isEqualTo(4));
        // What was used of the limit comes from the peer, too, perhaps a moment later.
        await().atMost(SOON).untilAsserted(() -> {
            for (var user : users) {
                assertThat(list(sidecar, user)).isEqualTo(REJECTED);
            }
        });
    }

    /** No peer is left that could send them: the state file has them. */
    private static void assertKnownAfterAllRestarted(List<SidecarProcess> sidecars, List<Session> users)
            throws IOException {
        sidecars.forEach(SidecarProcess::terminate);
        sidecars.forEach(SidecarProcess::restart);
        for (var sidecar : sidecars) {
            assertThat(sessions(sidecar)).isEqualTo(4);
            for (var user : users) {
                assertThat(list(sidecar, user)).isEqualTo(REJECTED);
            }
        }
    }

    private static void assertHidden(SidecarProcess sidecar, List<Session> users) throws IOException {
        var shown = sidecar.log()
                + AdminPort.usage(sidecar)
                + AdminPort.ready(sidecar)
                + AdminPort.peers(sidecar)
                + WireHttpClient.get(sidecar.admin().resolve("/metrics")).body();
        for (var user : users) {
            assertThat(shown)
                    .doesNotContain(user.keys().accessKey(), user.keys().secretKey());
            assertThat(user.token().isEmpty() || !shown.contains(user.token())).isTrue();
        }
        assertThat(AdminPort.usage(sidecar)).doesNotContain("key:");
    }
}

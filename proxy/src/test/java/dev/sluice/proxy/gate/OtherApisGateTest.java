package dev.sluice.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.response.RejectionForm;
import dev.sluice.proxy.s3.GatewayLayout;
import dev.sluice.proxy.s3.GatewayRoots;
import dev.sluice.proxy.s3.HostDomains;
import dev.sluice.proxy.s3.ProbeRequests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the gate charges for probes, the other APIs of a gateway, and forms. */
class OtherApisGateTest extends S3GateFixture {
    @ParameterizedTest
    @CsvSource({
        "HEAD, /",
        "OPTIONS, /",
        "GET, /swift/healthcheck",
        "GET, /admin/user?uid=alice",
        "PUT, /admin/bucket",
        "GET, /health",
        "GET, /minio/health/live",
    })
    void probes_and_the_admin_api_are_never_limited(String method, String target) {
        LimitSet none = LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(0));
        S3Gate gate = gate(new Policy(none, none, none, none, Map.of(), Map.of(), Map.of()));

        assertForwarded(send(gate, request(method, target, "gateway", "")));
        rejected(get(gate, "/b/k", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD / HTTP/1.0,",
        "OPTIONS / HTTP/1.0,",
        "GET /swift/healthcheck HTTP/1.0,",
        "HEAD / HTTP/1.1, gateway",
        "OPTIONS * HTTP/1.1, gateway"
    })
    void probes_count_as_nobodys_request(String line, String host) {
        LimitSet none = reads(0);
        S3Gate gate = gate(new Policy(none, none, none, none, Map.of(), Map.of(), Map.of()));
        String hostLine = host == null ? "" : "Host: gateway\r\n";
        byte[] bytes = "%s\r\n%s\r\n".formatted(line, hostLine).getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);

        for (int i = 0; i < 10; i++) {
            assertForwarded(send(gate, head));
        }

        assertThat(admission.accountCount()).isZero();
        assertThat(admission.usage(10, NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "GET, /swift/v1",
        "GET, /swift/v1/container/object",
        "PUT, /swift/v1/container/object",
        "GET, /swift/info",
        "GET, /auth/v1.0",
        "OPTIONS, /b/k",
        "GET, /%zz",
        "GET, /admin%zz",
        "GET, /administrator",
    })
    void everything_else_is_limited_at_every_api(String method, String target) {
        LimitSet none = LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(0));
        S3Gate gate = gate(new Policy(
                LimitSet.UNLIMITED, LimitSet.UNLIMITED, LimitSet.UNLIMITED, none, Map.of(), Map.of(), Map.of()));

        assertThat(rejected(send(gate, request(method, target, "gateway", "")))
                        .verdict()
                        .scope())
                .isEqualTo(Scope.TOTAL);
    }

    @Test
    void host_that_is_a_bucket_leads_to_no_other_api() {
        S3Gate gate = gate(buckets(reads(0), Map.of()), "s3.example.com");

        for (String host : List.of("12345", "x_y", "images.s3.example.com")) {
            for (String target : List.of("/admin/user", "/swift/v1/c/o", "/swift/healthcheck", "/auth/v1.0", "/")) {
                assertThat(rejected(send(gate, request("HEAD", target, host, "")))
                                .bucket())
                        .isNotEmpty();
            }
        }
        assertForwarded(send(gate, request("GET", "/user", "admin.s3.example.com", "")));
    }

    @Test
    void token_of_swift_names_the_user_and_the_container_is_a_bucket() {
        S3Gate gate = gate(users(LimitSet.UNLIMITED, Map.of("bob", TWO_READS)));

        assertForwarded(send(gate, swift("/swift/v1/c/o", "bob:swift")));
        assertForwarded(get(gate, "/b/k", "BOB"));
        GateDecision.Reject reject = rejected(send(gate, swift("/swift/v1/c/o", "bob:other")));

        assertThat(reject.verdict().subject()).isEqualTo("bob");
        assertThat(reject.bucket()).isEqualTo("c");
        assertThat(reject.form()).isEqualTo(RejectionForm.SWIFT);
        assertForwarded(send(gate, swift("/swift/v1/c/o", "alice:swift")));
    }

    @Test
    void bulk_delete_of_swift_lists_a_delete_in_each_line() {
        S3Gate gate = gate(unlimited);

        for (String method : List.of("POST", "DELETE")) {
            assertThat(send(gate, request(method, "/swift/v1?bulk-delete", "gateway", "")))
                    .isEqualTo(GateDecision.Forward.CHARGE_LISTED_LINES);
        }
        assertThat(send(gate, request("DELETE", "/swift/v1/c/o", "gateway", "")))
                .isEqualTo(GateDecision.Forward.CHARGED);
        assertThat(send(gate, request("POST", "/swift?delete", "gateway", "ALICE1")))
                .isEqualTo(GateDecision.Forward.CHARGE_LISTED_DELETES);
    }

    @Test
    void bucket_limit_holds_for_swift_too() {
        S3Gate gate = gate(buckets(LimitSet.UNLIMITED, Map.of("logs", reads(1), "acme:logs", reads(1))));

        assertForwarded(get(gate, "/logs/1", "ALICE1"));
        rejected(get(gate, "/swift/v1/logs/2", ""));
        rejected(send(gate, swift("/swift/v1/logs", "bob:swift")));
        assertForwarded(send(gate, swift("/swift/v1/logs/o", "acme$carol:swift")));
        rejected(get(gate, "/logs/1", "DAVE"));
    }

    @Test
    void name_of_a_system_user_in_a_token_exempts_nobody() {
        PolicySnapshot snapshot = PolicyMerger.merge(
                List.of(new PolicyLayer(users(reads(0), Map.of()), Map.of("SYNC", "zone.sync"), Set.of("zone.sync"))));
        admission = new Admission(new SubjectIds("test"), 1000, 0, snapshot.limits());
        S3Gate gate =
                new S3Gate(new GatewayLayout(List.of()), new IdentityDirectory("test", () -> snapshot), admission);

        rejected(send(gate, swift("/swift/v1/c/o", "zone.sync:sub")));
    }

    @Test
    void access_key_of_a_system_user_exempts_nobody_in_a_path_of_swift() {
        LimitSet none = reads(0);
        PolicySnapshot snapshot = PolicyMerger.merge(List.of(new PolicyLayer(
                new Policy(none, none, none, none, Map.of(), Map.of(), Map.of()),
                Map.of("SYNC", "zone.sync"),
                Set.of("zone.sync"))));
        admission = new Admission(new SubjectIds("test"), 1000, 0, snapshot.limits());
        S3Gate gate =
                new S3Gate(new GatewayLayout(List.of()), new IdentityDirectory("test", () -> snapshot), admission);

        assertForwarded(get(gate, "/b/k", "SYNC"));
        rejected(get(gate, "/swift/v1/pub/o", "SYNC"));
    }

    @Test
    void token_that_names_nobody_is_a_user_of_its_own() {
        S3Gate gate = gate(users(reads(1), Map.of()));

        assertForwarded(send(gate, token("/swift/v1/c/o", "gAAAAABkeystone")));
        assertForwarded(send(gate, token("/swift/v1/c/o", "gAAAAABother")));
        Verdict.Rejected verdict =
                rejected(send(gate, token("/swift/v1/c/o", "gAAAAABkeystone"))).verdict();

        assertThat(verdict.subject()).matches("key:[0-9a-f]{32}");
    }

    /** A gateway with Swift reads it anonymously, one without as alice's. */
    @Test
    void s3_credential_in_a_swift_path_evades_no_limit_of_either_reading() {
        S3Gate user = gate(users(LimitSet.UNLIMITED, Map.of("alice", reads(1))));
        assertForwarded(get(user, "/swift/x", "ALICE1"));
        assertThat(rejected(get(user, "/swift/v1/c/o", "ALICE2")).verdict().subject())
                .isEqualTo("alice");

        S3Gate bucket = gate(buckets(LimitSet.UNLIMITED, Map.of("swift", reads(1), "pub", reads(1))));
        assertForwarded(get(bucket, "/swift/x", "ALICE1"));
        rejected(get(bucket, "/swift/y", "BOB"));
        assertForwarded(get(bucket, "/pub/o", "ALICE1"));
        rejected(get(bucket, "/swift/v1/pub/o", "BOB"));

        S3Gate anonymous = gate(new Policy(
                LimitSet.UNLIMITED, LimitSet.UNLIMITED, reads(1), LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of()));
        assertForwarded(get(anonymous, "/swift/v1/pub/o", "FORGED1"));
        rejected(get(anonymous, "/swift/v1/pub/o", "FORGED2"));
        rejected(get(anonymous, "/swift/v1/pub/o", ""));
        assertForwarded(get(anonymous, "/swift/v1/pub/o", "ALICE1"));
        // Whoever knows her name could write a token of LDAP.
        String token = "{\"RGW_TOKEN\":{\"version\":1,\"type\":\"ldap\",\"id\":\"alice\",\"key\":\"x\"}}";
        rejected(get(
                anonymous,
                "/swift/v1/pub/o",
                Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void path_is_a_bucket_where_the_gateway_serves_only_s3() {
        PolicySnapshot snapshot =
                PolicyMerger.merge(List.of(new PolicyLayer(buckets(reads(0), Map.of()), Map.of("ALICE1", "alice"))));
        GatewayLayout onlyS3 = new GatewayLayout(
                new HostDomains(List.of()), GatewayRoots.ONLY_S3, new ProbeRequests(List.of("HEAD /")));
        admission = new Admission(new SubjectIds("test"), 1000, 0, snapshot.limits());
        S3Gate gate = new S3Gate(onlyS3, new IdentityDirectory("test", () -> snapshot), admission);

        for (String bucket : List.of("admin", "swift", "auth", "minio", "health")) {
            assertThat(rejected(get(gate, "/" + bucket + "/x", "ALICE1")).bucket())
                    .isEqualTo(bucket);
        }
        assertForwarded(send(gate, request("HEAD", "/", "gateway", "")));
    }

    @Test
    void form_of_a_browser_is_charged_to_the_credential_before_its_file() {
        S3Gate gate = gate(users(LimitSet.UNLIMITED, Map.of("alice", LimitSet.of(Dimension.WRITE_OPS, NO_WRITES))));
        String form = "--B\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\ne30=\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"AWSAccessKeyId\"\r\n\r\nALICE1\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--B--\r\n";

        Verdict.Rejected verdict = rejected(sendForm(gate, "/b", "multipart/form-data; boundary=B", form))
                .verdict();

        assertThat(verdict.subject()).isEqualTo("alice");
        assertForwarded(sendForm(gate, "/b", "multipart/form-data; boundary=B", form.replace("policy", "polity")));
    }

    @Test
    void form_with_too_many_fields_evades_no_limit() {
        String form = "--B\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\ne30=\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"AWSAccessKeyId\"\r\n\r\nALICE1\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"pad\"\r\n\r\n" + "x".repeat(30_000) + "\r\n"
                + "--B\r\nContent-Disposition: form-data; name=\"AWSAccessKeyId\"\r\n\r\nBOB\r\n--B--\r\n";
        String type = "multipart/form-data; boundary=B";
        LimitSet none = LimitSet.of(Dimension.WRITE_OPS, NO_WRITES);

        S3Gate users = gate(users(none, Map.of("alice", LimitSet.UNLIMITED, "bob", LimitSet.UNLIMITED)));
        assertThat(rejected(sendForm(users, "/b", type, form)).verdict().subject())
                .isEqualTo("form:unread");
        S3Gate anonymous = gate(new Policy(
                LimitSet.UNLIMITED, LimitSet.UNLIMITED, none, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of()));
        assertThat(rejected(sendForm(anonymous, "/b", type, form)).verdict().scope())
                .isEqualTo(Scope.ANONYMOUS);
    }

    @Test
    void session_for_a_web_identity_is_no_anonymous_write() {
        S3Gate gate = gate(new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.of(Dimension.WRITE_OPS, NO_WRITES),
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of()));
        String type = "application/x-www-form-urlencoded";

        assertForwarded(sendForm(gate, "/", type, "Version=2011-06-15&Action=AssumeRoleWithWebIdentity"));
        rejected(sendForm(gate, "/", type, "Action=ListRoles&Version=2010-05-08"));
    }
}

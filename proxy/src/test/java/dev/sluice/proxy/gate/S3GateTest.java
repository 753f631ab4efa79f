package dev.sluice.proxy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.s3.GatewayLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits that the gate charges for requests of S3. */
class S3GateTest extends S3GateFixture {
    @Test
    void keys_of_one_user_share_its_limit_and_other_users_are_untouched() {
        S3Gate gate = gate(users(LimitSet.UNLIMITED, Map.of("alice", TWO_READS)));

        assertForwarded(get(gate, "/b/1", "ALICE1"));
        assertForwarded(get(gate, "/b/2", "ALICE2"));
        Verdict.Rejected verdict = rejected(get(gate, "/b/3", "ALICE1")).verdict();

        assertThat(verdict.scope()).isEqualTo(Scope.USER);
        assertThat(verdict.subject()).isEqualTo("alice");
        assertThat(verdict.dimension()).isEqualTo(Dimension.READ_OPS);
        assertThat(verdict.retryAfterNanos()).isPositive();
        rejected(get(gate, "/b/3", "ALICE2"));
        assertForwarded(get(gate, "/b/1", "BOB"));
        assertForwarded(get(gate, "/b/1", ""));
    }

    @Test
    void limits_of_reads_leave_writes_alone() {
        S3Gate gate = gate(users(LimitSet.UNLIMITED, Map.of("alice", reads(0))));

        rejected(get(gate, "/b/k", "ALICE1"));
        assertForwarded(send(gate, request("PUT", "/b/k", "gateway", "ALICE1")));
    }

    @Test
    void unknown_keys_have_the_limits_of_each_user_one_by_one_and_their_own_name() {
        S3Gate gate = gate(users(TWO_READS, Map.of()));

        for (String key : List.of("UNKNOWN1", "UNKNOWN2")) {
            assertForwarded(get(gate, "/b/1", key));
            assertForwarded(get(gate, "/b/2", key));
            Verdict.Rejected verdict = rejected(get(gate, "/b/3", key)).verdict();

            assertThat(verdict.subject()).matches("key:[0-9a-f]{32}").doesNotContain(key);
        }
        assertThat(admission.usage(10, NOW))
                .extracting(LimitUsage::subject)
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void claim_in_a_query_counts_like_one_in_a_header() {
        S3Gate gate = gate(users(LimitSet.UNLIMITED, Map.of("alice", TWO_READS)));

        assertForwarded(get(gate, "/b/k", "ALICE1"));
        assertForwarded(get(gate, "/b/k?AWSAccessKeyId=ALICE2&Signature=x&Expires=1", ""));

        String presigned =
                "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ALICE1%2F20260101%2Fr%2Fs3%2Faws4_request";
        rejected(get(gate, presigned, ""));
    }

    @Test
    void anonymous_requests_share_one_limit() {
        S3Gate gate = gate(
                new Policy(reads(0), LimitSet.UNLIMITED, TWO_READS, LimitSet.UNLIMITED, Map.of(), Map.of(), Map.of()));

        assertForwarded(get(gate, "/a/1", ""));
        assertForwarded(get(gate, "/b/1", ""));

        assertThat(rejected(get(gate, "/c/1", "")).verdict().scope()).isEqualTo(Scope.ANONYMOUS);
    }

    @ParameterizedTest
    @CsvSource({
        "/logs/2, gateway:8080",
        "/%6cogs/2, gateway:8080",
        "/logs%2F2, gateway:8080",
        "/2, logs.s3.example.com",
        "/2, logs.S3.Example.COM:8080",
        "/other/2, logs.s3.example.com",
        "/:logs/2, gateway:8080",
    })
    void bucket_limit_holds_however_the_bucket_is_written(String target, String host) {
        S3Gate gate = gate(buckets(LimitSet.UNLIMITED, Map.of("logs", reads(1))), "s3.example.com", "gateway");

        assertForwarded(get(gate, "/logs/1", "ALICE1"));
        GateDecision.Reject reject = rejected(send(gate, request("GET", target, host, "BOB")));

        assertThat(reject.verdict().scope()).isEqualTo(Scope.BUCKET);
        assertThat(reject.verdict().subject()).isEqualTo("logs");
        assertThat(reject.bucket()).isEqualTo("logs");
    }

    @Test
    void refusal_by_a_user_limit_names_the_bucket_too() {
        S3Gate gate = gate(users(reads(0), Map.of()));

        assertThat(rejected(get(gate, "/images/k", "ALICE1")).bucket()).isEqualTo("images");
        assertThat(rejected(get(gate, "/", "ALICE1")).bucket()).isEmpty();
    }

    @Test
    void each_bucket_has_a_limit_of_its_own() {
        S3Gate gate = gate(buckets(reads(1), Map.of()));

        assertForwarded(get(gate, "/a/1", "ALICE1"));
        assertForwarded(get(gate, "/b/1", "ALICE1"));
        rejected(get(gate, "/a/2", "ALICE1"));
    }

    @Test
    void tenants_bucket_is_one_bucket_for_its_users_and_for_others() {
        S3Gate gate = gate(buckets(LimitSet.UNLIMITED, Map.of("acme:images", reads(2))));

        assertForwarded(get(gate, "/images/1", "CAROL"));
        assertForwarded(get(gate, "/acme:images/2", "BOB"));
        rejected(get(gate, "/images/3", "DAVE"));
        rejected(get(gate, "/acme%3Aimages/3", ""));
        assertForwarded(get(gate, "/images/3", "BOB"));
    }

    @Test
    void users_of_a_tenant_share_its_limit() {
        S3Gate gate = gate(new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of("acme", TWO_READS)));

        assertForwarded(get(gate, "/b/1", "CAROL"));
        assertForwarded(get(gate, "/b/1", "DAVE"));
        Verdict.Rejected verdict = rejected(get(gate, "/b/1", "CAROL")).verdict();

        assertThat(verdict.scope()).isEqualTo(Scope.TENANT);
        assertThat(verdict.subject()).isEqualTo("acme");
        assertForwarded(get(gate, "/b/1", "ALICE1"));
    }

    @Test
    void system_users_are_neither_limited_nor_charged_to_anything() {
        LimitSet none = reads(0);
        PolicySnapshot snapshot = PolicyMerger.merge(List.of(new PolicyLayer(
                new Policy(none, none, none, none, Map.of(), Map.of(), Map.of()),
                Map.of("SYNC", "zone.sync", "BOB", "bob"),
                Set.of("zone.sync"))));
        IdentityDirectory directory = new IdentityDirectory("test", () -> snapshot);
        admission = new Admission(new SubjectIds("test"), 1000, 0, snapshot.limits());
        S3Gate gate = new S3Gate(new GatewayLayout(List.of()), directory, admission);

        for (int i = 0; i < 10; i++) {
            assertForwarded(get(gate, "/b/k", "SYNC"));
        }
        assertThat(admission.accountCount()).isZero();
        rejected(get(gate, "/b/k", "BOB"));
        // Its name is no key.
        rejected(get(gate, "/b/k", "zone.sync"));
    }

    @Test
    void rejected_request_takes_nothing_from_the_limits_that_had_room() {
        S3Gate gate = gate(new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of("alice", reads(2)),
                Map.of("closed", reads(0)),
                Map.of()));

        for (int i = 0; i < 10; i++) {
            rejected(get(gate, "/closed/k", "ALICE1"));
        }
        assertForwarded(get(gate, "/open/1", "ALICE1"));
        assertForwarded(get(gate, "/open/2", "ALICE1"));
        rejected(get(gate, "/open/3", "ALICE1"));
    }

    @Test
    void request_that_ends_makes_room_for_another() {
        S3Gate gate = gate(users(LimitSet.of(Dimension.CONCURRENT_REQUESTS, Limit.concurrent(1)), Map.of()));
        Ticket running = new Ticket();

        assertForwarded(gate.decide(request("GET", "/b/k", "gateway", "ALICE1"), running, NOW));
        running.commit();
        rejected(get(gate, "/b/k", "ALICE2"));
        running.release(NOW);
        assertForwarded(get(gate, "/b/k", "ALICE2"));
    }

    @Test
    void shadow_limit_counts_and_lets_pass() {
        Limit none =
                Limit.rate(0, LimitRate.PERIOD_NANOS_MAX, MeterAlgorithm.BUCKET).with(OnExceed.SHADOW);
        S3Gate gate = gate(users(LimitSet.of(Dimension.READ_OPS, none), Map.of()));

        assertForwarded(get(gate, "/b/k", "ALICE1"));
        assertThat(admission.usage(10, NOW).get(0).wouldRejectHere()).isEqualTo(1);
    }

    @Test
    void nothing_is_remembered_of_users_without_limits() {
        S3Gate gate = gate(unlimited);

        for (int i = 0; i < 100; i++) {
            assertForwarded(get(gate, "/b" + i + "/k", "KEY" + i));
        }
        assertThat(admission.accountCount()).isZero();
    }
}

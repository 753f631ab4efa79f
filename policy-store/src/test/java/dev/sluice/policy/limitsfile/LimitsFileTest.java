package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.Sharing;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.testing.BrokenConfig;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsFileTest {
    private static final long MINUTE_NANOS = 60 * Limit.SECOND_NANOS;

    private static PolicyLayer load(String text) {
        ReadResult<PolicyLayer> result = LimitsFile.parse("limits.conf", text.getBytes(StandardCharsets.UTF_8));
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow();
    }

    private static LimitSet user(String entry) {
        return load("limits { users { u { " + entry + " } } }").limits().limitsOf(Scope.USER, "u");
    }

    @Test
    void everyPart_isLoaded() {
        PolicyLayer loaded = load("""
                limits {
                  each-user   { read-ops = 1/s }
                  each-bucket { read-ops = 2/s }
                  anonymous   { read-ops = 3/s }
                  total       { read-ops = 4/s }
                  users       { "acme$carol" { read-ops = 5/s } }
                  buckets     { "acme:images" { read-ops = 6/s }, "www.example.com" { read-ops = 7/s } }
                  tenants     { acme { read-ops = 8/s } }
                  access-keys { AKIAEXAMPLE = "acme$carol", "with.dot" = bob }
                }
                """);

        assertThat(loaded.limits())
                .isEqualTo(new Policy(
                        reads(1),
                        reads(2),
                        reads(3),
                        reads(4),
                        Map.of("acme$carol", reads(5)),
                        Map.of("acme:images", reads(6), "www.example.com", reads(7)),
                        Map.of("acme", reads(8))));
        assertThat(loaded.accessKeys()).isEqualTo(Map.of("AKIAEXAMPLE", "acme$carol", "with.dot", "bob"));
    }

    @Test
    void everyDimension_isLoaded() {
        LimitSet set = user("read-ops = 1/s, write-ops = 2/min, list-ops = 3/h, delete-ops = 0/s,"
                + " read-bytes = 200 MiB/s, write-bytes = 1.5 kB/min, concurrent-requests = 64");

        assertThat(set.get(Dimension.READ_OPS)).isEqualTo(Limit.perSecond(1, MeterAlgorithm.WINDOW));
        assertThat(set.get(Dimension.WRITE_OPS)).isEqualTo(Limit.rate(2, MINUTE_NANOS, MeterAlgorithm.WINDOW));
        assertThat(set.get(Dimension.LIST_OPS)).isEqualTo(Limit.rate(3, 60 * MINUTE_NANOS, MeterAlgorithm.WINDOW));
        assertThat(set.get(Dimension.DELETE_OPS)).isEqualTo(Limit.perSecond(0, MeterAlgorithm.WINDOW));
        assertThat(set.get(Dimension.READ_BYTES)).isEqualTo(Limit.bytesPerSecond(200L << 20, MeterAlgorithm.WINDOW));
        assertThat(set.get(Dimension.WRITE_BYTES))
                .isEqualTo(ByteRateLimit.of(LimitRate.of(1500, MINUTE_NANOS, MeterAlgorithm.WINDOW)));
        assertThat(set.get(Dimension.CONCURRENT_REQUESTS)).isEqualTo(Limit.concurrent(64));
    }

    @Test
    void tokens_areNoKey_becauseOnlyQuotasHaveThem() {
        ReadResult<PolicyLayer> result = LimitsFile.parse(
                "limits.conf", "limits { users { u { tokens = 5/s } } }".getBytes(StandardCharsets.UTF_8));

        assertThat(result.problems()).hasSize(1);
        assertThat(result.problems().get(0).toString()).contains("tokens").contains("read-ops");
        assertThat(result.problems().get(0).toString().split("tokens", -1)).hasSize(2);
    }

    @Test
    void spacesAroundTheSlash_areAllowed() {
        assertThat(user("read-ops = 5 / s")).isEqualTo(reads(5));
    }

    @Test
    void burst_isWorthItsTime() {
        assertThat(user("write-ops = 600/min, meter = bucket, burst = 10s").get(Dimension.WRITE_OPS))
                .isEqualTo(Limit.bucket(600, MINUTE_NANOS, 100));
    }

    @Test
    void burst_isOneAtLeast() {
        assertThat(user("read-ops = 1/h, meter = bucket, burst = 1s").get(Dimension.READ_OPS))
                .isEqualTo(Limit.bucket(1, 60 * MINUTE_NANOS, 1));
    }

    @Test
    void bucketWithoutBurst_holdsOnePeriod() {
        assertThat(user("read-ops = 30/min, meter = bucket").get(Dimension.READ_OPS))
                .isEqualTo(Limit.rate(30, MINUTE_NANOS, MeterAlgorithm.BUCKET));
    }

    @Test
    void defaults_holdForEntriesThatStateNothingElse() {
        Policy policy = load("""
                        limits {
                          defaults { meter = bucket, burst = 2s, on-exceed = shadow }
                          users {
                            plain { read-ops = 10/s }
                            own   { read-ops = 10/s, meter = seed, on-exceed = reject }
                          }
                        }
                        """).limits();

        assertThat(policy.limitsOf(Scope.USER, "plain").get(Dimension.READ_OPS))
                .isEqualTo(Limit.bucket(10, Limit.SECOND_NANOS, 20).with(OnExceed.SHADOW));
        assertThat(policy.limitsOf(Scope.USER, "own").get(Dimension.READ_OPS))
                .isEqualTo(Limit.perSecond(10, MeterAlgorithm.SEED));
    }

    @Test
    void sharing_isPacedUnlessAnEntryOrTheDefaultsStateOtherwise() {
        Policy policy = load("""
                        limits {
                          defaults { sharing = none }
                          users {
                            plain { read-ops = 10/s, meter = fixed }
                            own   { read-ops = 10/s, sharing = static }
                          }
                        }
                        """).limits();

        assertThat(policy.limitsOf(Scope.USER, "plain").get(Dimension.READ_OPS))
                .isEqualTo(Limit.perSecond(10, MeterAlgorithm.FIXED).with(Sharing.NONE));
        assertThat(policy.limitsOf(Scope.USER, "own").get(Dimension.READ_OPS))
                .isEqualTo(Limit.perSecond(10, MeterAlgorithm.WINDOW).with(Sharing.STATIC));
        assertThat(user("read-ops = 1/s").get(Dimension.READ_OPS))
                .isEqualTo(Limit.perSecond(1, MeterAlgorithm.WINDOW).with(Sharing.PACED));
    }

    @Test
    void bytes_arePacedUnlessAnEntryOrTheDefaultsStateOtherwise() {
        Policy policy = load("""
                        limits {
                          defaults { bytes = debt }
                          users {
                            plain { read-bytes = 10/s }
                            own   { write-bytes = 10/s, bytes = pace }
                          }
                        }
                        """).limits();

        assertThat(policy.limitsOf(Scope.USER, "plain").get(Dimension.READ_BYTES))
                .isEqualTo(tenBytes(ByteEnforcement.DEFER));
        assertThat(policy.limitsOf(Scope.USER, "own").get(Dimension.WRITE_BYTES))
                .isEqualTo(tenBytes(ByteEnforcement.PACE));
        assertThat(user("read-bytes = 10/s").get(Dimension.READ_BYTES)).isEqualTo(tenBytes(ByteEnforcement.PACE));
    }

    @Test
    void gauge_takesNoMeter() {
        assertThat(user("concurrent-requests = 4, meter = bucket, burst = 10s, on-exceed = shadow")
                        .get(Dimension.CONCURRENT_REQUESTS))
                .isEqualTo(Limit.concurrent(4).with(OnExceed.SHADOW));
    }

    @Test
    void emptyEntry_liftsWhatHoldsForEachUser() {
        Policy policy = load("limits { each-user { read-ops = 1/s }, users { root { } } }")
                .limits();

        assertThat(policy.limitsOf(Scope.USER, "root").isUnlimited()).isTrue();
        assertThat(policy.limitsOf(Scope.USER, "other")).isEqualTo(reads(1));
    }

    @Test
    void emptyLimits_areNone() {
        assertThat(load("limits { }")).isEqualTo(PolicyLayer.EMPTY);
    }

    @Test
    void hoconsMergesAndSubstitutions_work() {
        PolicyLayer loaded = load("""
                \uFEFFlimits {
                  users { gold { read-ops = 9/s, write-ops = 8/s } }
                  users { alice = ${limits.users.gold} { write-ops = 1/s } }
                  users.bob.read-ops = 7/s
                  users.bob.read-ops = ${?SLUICE_TEST_UNSET}
                }
                """);

        assertThat(loaded.limits().limitsOf(Scope.USER, "alice").toString())
                .isEqualTo("{ read-ops=9/s write-ops=1/s }");
        assertThat(loaded.limits().limitsOf(Scope.USER, "bob")).isEqualTo(reads(7));
    }

    @Test
    void manyProblems_areReportedUpToABound() {
        StringBuilder text = new StringBuilder("limits { users {\n");
        for (int i = 0; i < 3000; i++) {
            text.append('u').append(i).append(" { read-ops = 1/x }\n");
        }

        ReadResult<PolicyLayer> result =
                LimitsFile.parse("limits.conf", (text + "} }").getBytes(StandardCharsets.UTF_8));

        assertThat(result.problems()).hasSize(1001);
        assertThat(result.problems().get(1000).message()).isEqualTo("2000 more problems are not shown");
    }

    @Test
    void tooManyEntries_areRefused() {
        StringBuilder text = new StringBuilder("limits { access-keys {\n");
        for (int i = 0; i <= LimitsFile.ENTRIES_MAX; i++) {
            text.append('K').append(i).append("=u\n");
        }

        ReadResult<PolicyLayer> result =
                LimitsFile.parse("limits.conf", (text + "} }").getBytes(StandardCharsets.UTF_8));

        assertThat(BrokenConfig.withoutFile(result.problems()))
                .containsExactly(
                        "1:1: limits: there are 100001 users, buckets, tenants and access keys; at most 100000");
    }

    private static LimitSet reads(long perSecond) {
        return LimitSet.of(Dimension.READ_OPS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
    }

    @Test
    void systemUsers_areLoaded() {
        PolicyLayer loaded = load("""
                limits {
                  access-keys { SYNC1 = zone.sync, SYNC2 = "acme$sync" }
                  system-users = [zone.sync, "acme$sync"]
                }
                """);

        assertThat(loaded.systemUsers()).containsExactlyInAnyOrder("zone.sync", "acme$sync");
    }

    @Test
    void systemUserThatIsNeverSeenOrHasLimits_isWarnedOf() {
        ReadResult<PolicyLayer> result = LimitsFile.parse("limits.conf", """
                limits {
                  users { limited { read-ops = 1/s } }
                  access-keys { K = limited }
                  system-users = [keyless, limited]
                }
                """.getBytes(StandardCharsets.UTF_8));

        assertThat(result).isInstanceOf(ReadResult.Usable.class);
        assertThat(result.problems())
                .extracting(ConfigProblem::text)
                .containsExactly(
                        "limits.conf:4:3: warning: limits.system-users: \"keyless\" has no access key here, so no request"
                                + " is known to be from this user; list the user's keys in access-keys",
                        "limits.conf:4:3: warning: limits.system-users: \"limited\" has limits in users, which do nothing:"
                                + " system users are never limited; remove one of the two");
    }

    @Test
    void systemUserThatIsNoUser_isAnError() {
        ReadResult<PolicyLayer> result = LimitsFile.parse(
                "limits.conf", "limits { system-users = [\"bob:swift\"] }".getBytes(StandardCharsets.UTF_8));

        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
        assertThat(result.problems().get(0).text()).contains("limits.system-users: this is a subuser");
    }

    private static Limit tenBytes(ByteEnforcement enforcement) {
        return Limit.bytesPerSecond(10, MeterAlgorithm.WINDOW).with(enforcement);
    }
}

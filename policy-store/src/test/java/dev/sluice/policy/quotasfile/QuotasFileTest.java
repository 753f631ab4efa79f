package dev.sluice.policy.quotasfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.policy.hocon.ConfigFile;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.FileContent;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.source.AllocDefinition;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.testing.BrokenConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuotasFileTest {
    private static ReadResult<PolicyLayer> parse(String text) {
        FileContent content = FileContent.of(text.getBytes(StandardCharsets.UTF_8), FileContent.FILE_BYTES_MAX);
        return QuotasFile.parse(ConfigFile.of("quotas.conf", content), OriginKind.FILE);
    }

    private static PolicyLayer read(String text) {
        ReadResult<PolicyLayer> result = parse(text);
        assertThat(result.problems()).isEmpty();
        return result.value().orElseThrow();
    }

    private static RateLimit rate(PolicyLayer layer, String namespace, String resource) {
        LimitSet limits = layer.limits().quotas().of(new QuotaName(namespace, resource));
        return (RateLimit) limits.get(Dimension.TOKENS);
    }

    @Test
    void exampleFile_canBeUsed() {
        ReadResult<PolicyLayer> result = QuotasFile.read(Path.of("..", "config", "quotas.conf"));

        assertThat(result.problems()).isEmpty();
        assertThat(result.value().orElseThrow().allocations()).isNotEmpty();
        assertThat(result.value().orElseThrow().limits().quotas().isEmpty()).isFalse();
    }

    @Test
    void rateQuota_isALimitOnTokens() {
        PolicyLayer layer = read("""
                quotas { rate { ns1 {
                  r1 { algorithm = token-bucket, unit = minute, requests-per-unit = 120, burst = 200 }
                  r2 { algorithm = token-bucket, unit = hour, requests-per-unit = 7 }
                  r3 { algorithm = fixed-window, unit = day, requests-per-unit = 9 }
                  r4 { algorithm = token-bucket, unit = second, requests-per-unit = 0 }
                  "*" { algorithm = window, unit = second, requests-per-unit = 10 } } } }
                """);

        RateLimit bucket = rate(layer, "ns1", "r1");
        assertThat(bucket.amount()).isEqualTo(120);
        assertThat(bucket.periodNanos()).isEqualTo(60_000_000_000L);
        assertThat(bucket.rate().algorithm().name()).isEqualTo(MeterAlgorithm.BUCKET);
        assertThat(bucket.capacity()).isEqualTo(200);
        assertThat(rate(layer, "ns1", "r2").capacity()).isEqualTo(7);
        assertThat(rate(layer, "ns1", "r2").periodNanos()).isEqualTo(3_600_000_000_000L);
        assertThat(rate(layer, "ns1", "r3").rate().algorithm().name()).isEqualTo(MeterAlgorithm.FIXED);
        assertThat(rate(layer, "ns1", "r3").periodNanos()).isEqualTo(86_400_000_000_000L);
        assertThat(rate(layer, "ns1", "r4").amount()).isZero();
        assertThat(rate(layer, "ns1", "whatever").amount()).isEqualTo(10);
        assertThat(rate(layer, "ns1", "whatever").rate().algorithm().name()).isEqualTo(MeterAlgorithm.WINDOW);
        assertThat(layer.limits().quotas().of(new QuotaName("ns2", "r1")).isUnlimited())
                .isTrue();
    }

    @Test
    void allocationQuota_hasACapacityAndALongestLease() {
        PolicyLayer layer =
                read("quotas { alloc { ns1 { r1 { capacity = 10, max-lease = 1h }, r2 { capacity = 0 } } } }");

        assertThat(layer.allocations().get("ns1/r1")).isEqualTo(new AllocDefinition(10, 3_600_000));
        assertThat(layer.allocations().get("ns1/r2")).isEqualTo(new AllocDefinition(0, 0));
        assertThat(layer.limits().quotas().isEmpty()).isTrue();
    }

    @Test
    void names_areNeverJoined() {
        PolicyLayer layer = read("""
                quotas.alloc { a_b { c { capacity = 1 } }, a { b_c { capacity = 2 } }, "a/b" { c { capacity = 3 } },
                  a { "b/c" { capacity = 4 } }, "a%2Fb" { c { capacity = 5 } } }
                """);

        assertThat(layer.allocations()).hasSize(5);
        assertThat(capacity(layer, "a_b", "c")).isEqualTo(1);
        assertThat(capacity(layer, "a", "b_c")).isEqualTo(2);
        assertThat(capacity(layer, "a/b", "c")).isEqualTo(3);
        assertThat(capacity(layer, "a", "b/c")).isEqualTo(4);
        assertThat(capacity(layer, "a%2Fb", "c")).isEqualTo(5);
    }

    private static long capacity(PolicyLayer layer, String namespace, String resource) {
        AllocDefinition definition = layer.allocations().get(new QuotaName(namespace, resource).subject());
        return definition == null ? -1 : definition.capacity();
    }

    @Test
    void origin_isTheLine() {
        PolicyLayer layer = read("""
                quotas {
                  rate { ns {
                    r { algorithm = window, unit = second, requests-per-unit = 1 }
                    "*" { algorithm = window, unit = second, requests-per-unit = 1 }
                  } }
                  alloc { ns {
                    r { capacity = 1 } } }
                }
                """);

        assertThat(new QuotaEntry(QuotaKind.RATE, new QuotaName("ns", "r"))
                        .originIn(layer)
                        .text())
                .isEqualTo("quotas.conf:3");
        assertThat(new QuotaEntry(QuotaKind.RATE, new QuotaName("ns", "*"))
                        .originIn(layer)
                        .text())
                .isEqualTo("quotas.conf:4");
        assertThat(new QuotaEntry(QuotaKind.ALLOC, new QuotaName("ns", "r"))
                        .originIn(layer)
                        .text())
                .isEqualTo("quotas.conf:7");
    }

    static Stream<BrokenConfig> broken() {
        String nameOf256 = "x".repeat(256);
        return Stream.of(
                BrokenConfig.of(
                        "an empty file",
                        "",
                        "1:1: there is no quotas { ... } in this file; write quotas {} for no quotas"),
                rate(
                        "nothing in an entry",
                        "",
                        "quotas.rate.ns.r.algorithm: this has no default; one of token-bucket, fixed-window, window",
                        "quotas.rate.ns.r.unit: this has no default; one of second, minute, hour, day",
                        "quotas.rate.ns.r.requests-per-unit: this has no default; write how many tokens a unit has, such as"
                                + " 120"),
                rate(
                        "unknown words",
                        "algorithm = leaky, unit = week, requests-per-unit = many",
                        "quotas.rate.ns.r.algorithm: \"leaky\" is not an algorithm; one of token-bucket, fixed-window, window",
                        "quotas.rate.ns.r.unit: \"week\" is not a unit; one of second, minute, hour, day",
                        "quotas.rate.ns.r.requests-per-unit: \"many\" is not a number of tokens a unit; use a whole number"
                                + " from 0 to 35184372088832, such as 120"),
                rate(
                        "a negative number, and a burst that is too large",
                        "algorithm = token-bucket, unit = day, requests-per-unit = -1, burst = 35184372088833",
                        "quotas.rate.ns.r.requests-per-unit: \"-1\" is not a number of tokens a unit; use a whole number"
                                + " from 0 to 35184372088832, such as 120",
                        "quotas.rate.ns.r.burst: \"35184372088833\" is out of range; use a whole number from 1 to"
                                + " 35184372088832, such as 120"),
                rate(
                        "a burst of a window",
                        "algorithm = fixed-window, unit = day, requests-per-unit = 1, burst = 2",
                        "quotas.rate.ns.r.burst: only a token-bucket has a burst, this is a fixed-window; write algorithm ="
                                + " token-bucket, or remove the burst"),
                rate(
                        "an unknown key",
                        "algorithm = window, unit = day, requests-per-unit = 1, capacity = 2",
                        "quotas.rate.ns.r.capacity: unknown key; known keys: algorithm, unit, requests-per-unit, burst"),
                alloc(
                        "r { }",
                        "quotas.alloc.ns.r.capacity: this has no default; write how many tokens may be allocated at a"
                                + " time, such as 10"),
                alloc(
                        "r { capacity = 1, max-lease = 10 }",
                        "quotas.alloc.ns.r.max-lease: \"10\" has no unit; write 10s or 10ms"),
                alloc(
                        "r { capacity = 9007199254740992 }",
                        "quotas.alloc.ns.r.capacity: \"9007199254740992\" is out of range; use a whole number from 0 to"
                                + " 9007199254740991, such as 10"),
                alloc(
                        "\"*\" { capacity = 1 }",
                        "quotas.alloc.ns.\"*\": an allocation quota has a name; * is for rate quotas"),
                alloc(
                        "\"\" { capacity = 1 }",
                        "quotas.alloc.ns.\"\": the name of the resource is empty; use 1 to 255 characters"),
                alloc(
                        nameOf256 + " { capacity = 1 }",
                        "quotas.alloc.ns." + nameOf256
                                + ": the name of the resource is longer than 255 characters; use 1 to 255 characters"),
                alloc(
                        "www.example { capacity = 1 }",
                        "quotas.alloc.ns.www.capacity: this has no default; write how many tokens may be allocated at a"
                                + " time, such as 10",
                        "quotas.alloc.ns.www.example: a dot outside quotes starts a new key; put a name that has dots in"
                                + " quotes: \"www.example\""),
                BrokenConfig.of(
                        "a namespace *",
                        "quotas.alloc { \"*\" { r { capacity = 1 } } }",
                        "quotas.alloc.\"*\": * is no namespace; write it in place of a resource"));
    }

    private static BrokenConfig rate(String what, String keys, String... problems) {
        return BrokenConfig.of(what, "quotas.rate.ns { r { " + keys + " } }", problems);
    }

    private static BrokenConfig alloc(String entry, String... problems) {
        return BrokenConfig.of(entry, "quotas.alloc.ns { " + entry + " }", problems);
    }

    @ParameterizedTest
    @MethodSource("broken")
    void mistake_isExplained(BrokenConfig broken) {
        ReadResult<PolicyLayer> result = parse(broken.text());

        assertThat(result.value()).isEmpty();
        assertThat(result.problems().stream().map(QuotasFileTest::withoutPlace))
                .containsExactlyInAnyOrderElementsOf(broken.problems().stream()
                        .map(problem -> problem.replaceFirst("^1:1: ", ""))
                        .toList());
    }

    private static String withoutPlace(ConfigProblem problem) {
        return problem.text().replaceFirst("^quotas\\.conf:\\d+:\\d+: ", "");
    }

    @Test
    void manyQuotas_areRead_andOneMoreIsAnError() {
        StringBuilder text = new StringBuilder("quotas {\nrate {\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("  namespace-").append(i / 100).append(".resource-").append(i);
            text.append(" { algorithm = token-bucket, unit = minute, requests-per-unit = ")
                    .append(i)
                    .append(" }\n");
        }
        text.append("}\nalloc {\n");
        for (int i = 0; i < 50_000; i++) {
            text.append("  namespace-").append(i / 100).append(".resource-").append(i);
            text.append(" { capacity = ").append(i).append(", max-lease = 10m }\n");
        }

        PolicyLayer layer = read(text + "} }\n");
        ReadResult<PolicyLayer> oneMore = parse(text + "more.r { capacity = 1 } } }\n");

        assertThat(layer.limits().quotas().named()).hasSize(50_000);
        assertThat(layer.allocations()).hasSize(50_000);
        assertThat(rate(layer, "namespace-499", "resource-49999").amount()).isEqualTo(49_999);
        assertThat(capacity(layer, "namespace-499", "resource-49999")).isEqualTo(49_999);
        assertThat(oneMore.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.text())
                        .isEqualTo("quotas.conf:1:1: quotas: there are 100001 quotas; at most 100000"));
    }

    @Test
    void overlay_comesBeforeTheFile_byName() {
        PolicyLayer overlay = read("quotas.alloc.ns.r.capacity = 1");
        PolicyLayer file = read("quotas.alloc.ns { r { capacity = 2, max-lease = 1m }, s { capacity = 3 } }");

        PolicySnapshot merged = PolicyMerger.merge(List.of(overlay, file));

        assertThat(merged.allocations())
                .hasSize(2)
                .containsEntry("ns/r", new AllocDefinition(1, 0))
                .containsEntry("ns/s", new AllocDefinition(3, 0));
    }
}

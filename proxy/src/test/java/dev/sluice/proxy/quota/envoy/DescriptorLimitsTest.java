package dev.sluice.proxy.quota.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.limits.model.QuotaName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DescriptorLimitsTest {
    private static EnvoyDescriptor descriptor(String... keysAndValues) {
        return descriptor(Optional.empty(), keysAndValues);
    }

    private static EnvoyDescriptor descriptor(Optional<Long> hits, String... keysAndValues) {
        EnvoyDescriptor.Entry[] entries = new EnvoyDescriptor.Entry[keysAndValues.length / 2];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new EnvoyDescriptor.Entry(keysAndValues[2 * i], keysAndValues[2 * i + 1]);
        }
        return new EnvoyDescriptor(Arrays.asList(entries), hits);
    }

    private static RateLimitAnswer decide(FiniteQuotas quotas, long hits, EnvoyDescriptor... descriptors) {
        return new DescriptorLimits(quotas, false).decide(new RateLimitRequest("edge", List.of(descriptors), hits), 0);
    }

    @Test
    void names_combinationFirstThenKeys() {
        assertThat(descriptor("path", "/a,b", "method", "GET").names("edge/1"))
                .containsExactly(
                        new QuotaName("edge%2F1", "path=/a%2Cb,method=GET"),
                        new QuotaName("edge%2F1/path,method", "/a%2Cb,GET"));
    }

    @Test
    void names_differentDescriptors_neverTheSame() {
        assertThat(descriptor("a", "b,c=d").names("x"))
                .doesNotContainAnyElementsOf(descriptor("a", "b", "c", "d").names("x"));
        assertThat(descriptor("a", "b").names("x/a"))
                .doesNotContainAnyElementsOf(descriptor("a", "b").names("x"));
    }

    @Test
    void names_tooLongForAQuota_areLeftOut() {
        assertThat(descriptor("path", "x".repeat(300)).names("edge")).isEmpty();
    }

    @Test
    void decide_quotaOfTheKeys_limitsEachValue() {
        FiniteQuotas quotas = new FiniteQuotas().with("edge/client", "10.0.0.1", 1);

        assertThat(decide(quotas, 1, descriptor("client", "10.0.0.1")).isOverLimit())
                .isFalse();
        assertThat(decide(quotas, 1, descriptor("client", "10.0.0.1")).isOverLimit())
                .isTrue();
        assertThat(decide(quotas, 1, descriptor("client", "10.0.0.2")).isOverLimit())
                .isFalse();
    }

    @Test
    void decide_oneOfTwoIsFull_takesNothing() {
        FiniteQuotas quotas = new FiniteQuotas().with("edge", "a=1", 10).with("edge", "b=1", 0);

        RateLimitAnswer answer = decide(quotas, 2, descriptor("a", "1"), descriptor("b", "1"), descriptor("c", "1"));

        assertThat(answer.isOverLimit()).isTrue();
        assertThat(answer.statuses())
                .extracting(RateLimitAnswer.DescriptorStatus::isOverLimit)
                .containsExactly(false, true, false);
        assertThat(answer.statuses().get(2).quota()).isEmpty();
        assertThat(quotas.left("edge", "a=1")).isEqualTo(10);
    }

    @Test
    void decide_sameQuotaTwice_takesBoth() {
        FiniteQuotas quotas = new FiniteQuotas().with("edge", "a=1", 10);

        decide(quotas, 3, descriptor("a", "1"), descriptor(Optional.of(4L), "a", "1"));

        assertThat(quotas.left("edge", "a=1")).isEqualTo(3);
    }

    @Test
    void decide_noHits_takesNothing() {
        FiniteQuotas quotas = new FiniteQuotas().with("edge", "a=1", 0);

        assertThat(decide(quotas, 1, descriptor(Optional.of(0L), "a", "1")).isOverLimit())
                .isFalse();
    }

    @Test
    void decide_shadow_countsAndAdmits() {
        DescriptorLimits limits = new DescriptorLimits(new FiniteQuotas().with("edge", "a=1", 0), true);

        RateLimitAnswer answer = limits.decide(new RateLimitRequest("edge", List.of(descriptor("a", "1")), 1), 0);

        assertThat(answer.isOverLimit()).isFalse();
        assertThat(answer.statuses().get(0).isOverLimit()).isFalse();
        assertThat(limits.refused()).isEqualTo(1);
        assertThat(limits.admitted()).isZero();
    }

    @Test
    void parse_hitsOfRequestAndDescriptor() throws MalformedProtobufException {
        ProtobufWriter entry = new ProtobufWriter().text(1, "a").text(2, "1");
        ProtobufWriter hits = new ProtobufWriter().number(1, 7);
        byte[] message = new ProtobufWriter()
                .text(1, "edge")
                .message(2, new ProtobufWriter().message(1, entry))
                .message(
                        2,
                        new ProtobufWriter().message(1, entry).message(3, hits).number(99, 5))
                .number(3, 3)
                .toByteArray();

        RateLimitRequest request = RateLimitRequest.parse(message);

        assertThat(request.hits()).isEqualTo(3);
        assertThat(request.descriptors()).containsExactly(descriptor("a", "1"), descriptor(Optional.of(7L), "a", "1"));
    }

    @Test
    void parse_withoutDomainDescriptorOrKey_isRefused() {
        ProtobufWriter entry = new ProtobufWriter().text(1, "a");
        ProtobufWriter descriptor = new ProtobufWriter().message(1, entry);
        for (byte[] message : List.of(
                new byte[0],
                new ProtobufWriter().text(1, "edge").toByteArray(),
                new ProtobufWriter().message(2, descriptor).toByteArray(),
                new ProtobufWriter()
                        .text(1, "edge")
                        .message(2, new ProtobufWriter())
                        .toByteArray(),
                new ProtobufWriter()
                        .text(1, "edge")
                        .message(2, new ProtobufWriter().message(1, new ProtobufWriter().text(2, "v")))
                        .toByteArray())) {
            assertThatThrownBy(() -> RateLimitRequest.parse(message)).isInstanceOf(MalformedProtobufException.class);
        }
    }

    /** Damaged messages are refused or read; nothing else happens. */
    @Test
    void parse_damagedMessages_refusedOrRead() {
        ProtobufWriter entry = new ProtobufWriter().text(1, "client").text(2, "10.0.0.1");
        byte[] good = new ProtobufWriter()
                .text(1, "edge")
                .message(2, new ProtobufWriter().message(1, entry).message(3, new ProtobufWriter().number(1, 7)))
                .number(3, 3)
                .toByteArray();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int j = random.nextInt(4); j > 0 && bad.length > 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                RateLimitRequest request = RateLimitRequest.parse(bad);
                assertThat(request.hits()).as("seed %d", seed).isPositive();
                assertThat(request.domain()).as("seed %d", seed).isNotEmpty();
            } catch (MalformedProtobufException e) {
                assertThat(e).as("seed %d", seed).hasMessageMatching(".+");
            }
        }
    }
}

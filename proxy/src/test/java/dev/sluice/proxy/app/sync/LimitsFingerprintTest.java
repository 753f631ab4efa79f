package dev.sluice.proxy.app.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.Sharing;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitsFingerprintTest {
    private static final OperationRateLimit TEN = Limit.perSecond(10, MeterAlgorithm.WINDOW);

    @Test
    void same_limits_have_the_same_whatever_their_order() {
        Map<String, LimitSet> one = new LinkedHashMap<>();
        one.put("a", reads(TEN));
        one.put("b", LimitSet.UNLIMITED);
        Map<String, LimitSet> other = new LinkedHashMap<>();
        other.put("b", LimitSet.UNLIMITED);
        other.put("a", reads(TEN));

        assertThat(of(one)).isEqualTo(of(other)).isNotZero();
    }

    @Test
    void any_difference_shows() {
        long base = of(Map.of("a", reads(TEN)));

        assertThat(of(Map.of())).isNotEqualTo(base);
        assertThat(of(Map.of("b", reads(TEN)))).isNotEqualTo(base);
        assertThat(of(Map.of("a", reads(Limit.perSecond(11, MeterAlgorithm.WINDOW)))))
                .isNotEqualTo(base);
        assertThat(of(Map.of("a", reads(TEN.with(Sharing.STATIC))))).isNotEqualTo(base);
        assertThat(of(Map.of("a", LimitSet.of(Dimension.WRITE_OPS, TEN)))).isNotEqualTo(base);
        assertThat(LimitsFingerprint.of("other", policy(Map.of("a", reads(TEN)))))
                .isNotEqualTo(base);
    }

    @Test
    void quotas_show() {
        Policy none = policy(Map.of());
        LimitSet tokens = LimitSet.of(Dimension.TOKENS, TEN);
        long base = LimitsFingerprint.of("test", none);
        long named = LimitsFingerprint.of("test", none.with(new QuotaLimits(Map.of("ns/a", tokens), Map.of())));
        long others = LimitsFingerprint.of("test", none.with(new QuotaLimits(Map.of(), Map.of("ns/a", tokens))));

        assertThat(LimitsFingerprint.of("test", none.with(QuotaLimits.NONE))).isEqualTo(base);
        assertThat(named).isNotEqualTo(base);
        assertThat(others).isNotEqualTo(base).isNotEqualTo(named);
    }

    private static LimitSet reads(Limit limit) {
        return LimitSet.of(Dimension.READ_OPS, limit);
    }

    private static long of(Map<String, LimitSet> users) {
        return LimitsFingerprint.of("test", policy(users));
    }

    private static Policy policy(Map<String, LimitSet> users) {
        return new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                users,
                Map.of(),
                Map.of());
    }
}

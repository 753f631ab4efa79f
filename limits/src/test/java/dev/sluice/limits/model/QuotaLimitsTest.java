package dev.sluice.limits.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuotaLimitsTest {
    private static final LimitSet OWN = tokens(1);
    private static final LimitSet OTHER = tokens(2);

    private static LimitSet tokens(long perSecond) {
        return LimitSet.of(Dimension.TOKENS, Limit.perSecond(perSecond, MeterAlgorithm.WINDOW));
    }

    private static QuotaName quota(String namespace, String resource) {
        return new QuotaName(namespace, resource);
    }

    @Test
    void quota_hasItsOwnLimit_elseThatOfItsNamespace_elseNone() {
        Policy policy = Policy.UNLIMITED.with(
                new QuotaLimits(Map.of(quota("a", "r").subject(), OWN), Map.of("a", OTHER, "x/%y", OTHER)));

        assertThat(policy.quotas().of(quota("a", "r"))).isEqualTo(OWN);
        assertThat(policy.limitsOf(Scope.QUOTA, quota("a", "s").subject())).isEqualTo(OTHER);
        assertThat(policy.quotas().of(quota("x/%y", "s"))).isEqualTo(OTHER);
        assertThat(policy.quotas().of(quota("b", "r")).isUnlimited()).isTrue();
        assertThat(policy.limitsOf(Scope.USER, "a/r").isUnlimited()).isTrue();
    }

    @Test
    void id_showsTheNamespace_andDiffersForEachQuota() {
        SubjectIds ids = new SubjectIds("test");
        List<QuotaName> quotas = List.of(
                quota("a", "r"),
                quota("a", "s"),
                quota("a", "r/s"),
                quota("a/r", "s"),
                quota("a_b", "c"),
                quota("a", "b_c"));
        Set<SubjectId> all = new HashSet<>();
        for (QuotaName quota : quotas) {
            SubjectId id = ids.of(Scope.QUOTA, quota.subject());
            all.add(id);
            int namespace = SubjectIds.namespaceBits(ids.of(Scope.QUOTA, QuotaName.subjectsOf(quota.namespace())));
            assertThat(SubjectIds.namespaceBits(id)).isEqualTo(namespace);
        }

        assertThat(all).hasSize(quotas.size());
        assertThat(SubjectIds.namespaceBits(ids.of(Scope.QUOTA, "a/r")))
                .isNotEqualTo(SubjectIds.namespaceBits(ids.of(Scope.QUOTA, "b/r")));
    }
}

package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.usage.LimitUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenAdmissionTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long START = 5_000 * SECOND;
    private static final int ACCOUNTS = 100;
    private static final QuotaName A = new QuotaName("ns", "a");
    private static final QuotaName B = new QuotaName("ns", "b");

    private final SubjectIds ids = new SubjectIds("test");

    private static LimitSet tokens(long perMinute) {
        return LimitSet.of(Dimension.TOKENS, Limit.rate(perMinute, 60 * SECOND, MeterAlgorithm.WINDOW));
    }

    private static Policy policy(Map<String, LimitSet> named, Map<String, LimitSet> others) {
        return Policy.UNLIMITED.with(new QuotaLimits(named, others));
    }

    private Admission admission(Policy policy) {
        return new Admission(ids, ACCOUNTS, 0, policy);
    }

    private static TokenCharge call(Admission admission, Map<QuotaName, Long> steps, long now) {
        TokenCharge call = admission.tokens().call(steps.size());
        int i = 0;
        for (Map.Entry<QuotaName, Long> step : steps.entrySet()) {
            assertThat(admission.tokens().add(call, i++, step.getKey(), step.getValue(), now))
                    .isTrue();
        }
        return call;
    }

    private static TokenAdmission.Outcome take(Admission admission, QuotaName quota, long tokens, long now) {
        return admission.tokens().take(call(admission, Map.of(quota, tokens), now), now);
    }

    private static long left(Admission admission, QuotaName quota, long now) {
        Long left = admission.tokens().view(quota, (limit, remaining, reset) -> remaining, now);
        return left == null ? -1 : left;
    }

    @Test
    void callOverSeveralQuotas_takesOfAll_orOfNone() {
        Admission admission = admission(policy(Map.of(A.subject(), tokens(10), B.subject(), tokens(4)), Map.of()));

        assertThat(admission.tokens().take(call(admission, Map.of(A, 3L, B, 3L), START), START))
                .isEqualTo(TokenAdmission.Outcome.TAKEN);
        TokenAdmission.Outcome second = admission.tokens().take(call(admission, Map.of(A, 3L, B, 3L), START), START);

        assertThat(second).isInstanceOf(TokenAdmission.Outcome.Refused.class);
        assertThat(left(admission, A, START)).isEqualTo(7);
        assertThat(left(admission, B, START)).isEqualTo(1);
    }

    @Test
    void whatIsGivenBack_canBeTakenAgain_andIsGivenBackOnce() {
        Admission admission = admission(policy(Map.of(A.subject(), tokens(10)), Map.of()));
        TokenCharge call = call(admission, Map.of(A, 10L), START);
        assertThat(admission.tokens().take(call, START)).isEqualTo(TokenAdmission.Outcome.TAKEN);

        call.giveBack(START + SECOND);
        call.giveBack(START + SECOND);

        assertThat(left(admission, A, START + SECOND)).isEqualTo(10);
        assertThat(take(admission, A, 10, START + SECOND)).isEqualTo(TokenAdmission.Outcome.TAKEN);
        assertThat(take(admission, A, 1, START + SECOND)).isInstanceOf(TokenAdmission.Outcome.Refused.class);
    }

    @Test
    void unknownQuota_isMissing_andGetsNoAccount() {
        Admission admission = admission(policy(Map.of(A.subject(), tokens(10)), Map.of()));

        TokenCharge call = admission.tokens().call(1);

        assertThat(admission.tokens().add(call, 0, B, 1, START)).isFalse();
        assertThat(left(admission, B, START)).isEqualTo(-1);
        assertThat(admission.accountCount()).isZero();
    }

    @Test
    void viewOfAnUnusedQuota_isFull_andMakesNoAccount() {
        Admission admission = admission(policy(Map.of(), Map.of("ns", tokens(10))));

        assertThat(left(admission, A, START)).isEqualTo(10);
        assertThat(admission.accountCount()).isZero();
    }

    @Test
    void rejections_areCounted_andShownAsUsage() {
        Admission admission = admission(policy(Map.of(A.subject(), tokens(10)), Map.of()));
        take(admission, A, 8, START);
        take(admission, A, 8, START);

        assertThat(admission.rejected(Scope.QUOTA, Dimension.TOKENS)).isEqualTo(1);
        List<LimitUsage> usage = admission.usage(10, START);
        assertThat(usage).hasSize(1);
        assertThat(usage.get(0).scope()).isEqualTo(Scope.QUOTA);
        assertThat(usage.get(0).subject()).isEqualTo("ns/a");
        assertThat(usage.get(0).dimension()).isEqualTo(Dimension.TOKENS);
        assertThat(usage.get(0).used()).isEqualTo(8);
        assertThat(usage.get(0).rejectedHere()).isEqualTo(1);
    }

    @Test
    void requests_areNeverHeldToQuotas() {
        Admission admission = admission(policy(Map.of("alice/x", tokens(1)), Map.of("alice", tokens(1))));
        Ticket ticket = new Ticket();

        for (int i = 0; i < 10; i++) {
            assertThat(admission.admit(Identity.ofUser("alice"), "alice/x", OperationClass.READ, ticket, START))
                    .isEqualTo(Verdict.ADMITTED);
        }
        assertThat(admission.accountCount()).isZero();
    }

    @Test
    void eachOtherResource_hasALimitOfItsOwn() {
        Admission admission = admission(policy(Map.of(A.subject(), tokens(10)), Map.of("ns", tokens(2))));

        assertThat(take(admission, B, 2, START)).isEqualTo(TokenAdmission.Outcome.TAKEN);

        assertThat(left(admission, new QuotaName("ns", "c"), START)).isEqualTo(2);
        assertThat(left(admission, B, START)).isZero();
        assertThat(left(admission, A, START)).isEqualTo(10);
    }

    @Test
    void whatPeersUsedOfAnUnnamedQuota_countsBeforeTheFirstCallHere() {
        Admission admission = admission(policy(Map.of(), Map.of("ns", tokens(10), "other", tokens(50))));
        RemoteNode other = new RemoteNode();
        other.received(START);
        admission.updateMembership(new Membership(2, 2, 1), START);

        SubjectId id = ids.of(Scope.QUOTA, B.subject());
        admission.applyRemote(other, id, Scope.QUOTA, Dimension.TOKENS, 7, 0, START);
        SubjectId unknown = ids.of(Scope.QUOTA, new QuotaName("unknown", "b").subject());
        admission.applyRemote(other, unknown, Scope.QUOTA, Dimension.TOKENS, 7, 0, START);

        assertThat(admission.accountCount()).isEqualTo(1);
        assertThat(take(admission, B, 4, START + SECOND)).isInstanceOf(TokenAdmission.Outcome.Refused.class);
        assertThat(left(admission, B, START + SECOND)).isEqualTo(3);
    }

    @Test
    void madeUpResources_haveHalfOfThePlaces_andShareAnAccountBeyond() {
        Admission admission = admission(policy(Map.of(), Map.of("ns", tokens(10), "other", tokens(10))));

        for (int i = 0; i < 10 * ACCOUNTS; i++) {
            take(admission, new QuotaName("ns", "made up " + i), 1, START);
        }

        assertThat(admission.accountCount()).isLessThanOrEqualTo(ACCOUNTS / 2 + 2);
        assertThat(take(admission, new QuotaName("ns", "one more"), 1, START))
                .isInstanceOf(TokenAdmission.Outcome.Refused.class);
        assertThat(take(admission, new QuotaName("other", "one more"), 1, START))
                .isEqualTo(TokenAdmission.Outcome.TAKEN);

        long later = START + 600 * SECOND;
        admission.forgetIdle(later);
        assertThat(admission.accountCount()).isZero();
        assertThat(take(admission, new QuotaName("ns", "one more"), 10, later)).isEqualTo(TokenAdmission.Outcome.TAKEN);
    }

    @Test
    void namedQuotas_keepTheirAccounts_andTakeNoPlaces() {
        Map<String, LimitSet> named = new HashMap<>();
        for (int i = 0; i < 3 * ACCOUNTS; i++) {
            named.put(new QuotaName("named", "r" + i).subject(), tokens(10));
        }
        Admission admission = admission(policy(named, Map.of("ns", tokens(10))));
        for (int i = 0; i < 3 * ACCOUNTS; i++) {
            take(admission, new QuotaName("named", "r" + i), 1, START);
        }

        admission.forgetIdle(START + 3_600 * SECOND);

        assertThat(admission.accountCount()).isEqualTo(3 * ACCOUNTS);
        take(admission, A, 1, START + 3_600 * SECOND);
        assertThat(admission.accountCount()).isEqualTo(3 * ACCOUNTS + 1);
        admission.policy(Policy.UNLIMITED, START + 3_601 * SECOND);
        assertThat(admission.accountCount()).isZero();
    }

    @Test
    void changedQuota_keepsWhatWasTaken() {
        Admission admission = admission(policy(Map.of(A.subject(), tokens(10)), Map.of()));
        take(admission, A, 8, START);

        admission.policy(policy(Map.of(A.subject(), tokens(20)), Map.of()), START);

        assertThat(left(admission, A, START)).isEqualTo(12);
    }
}

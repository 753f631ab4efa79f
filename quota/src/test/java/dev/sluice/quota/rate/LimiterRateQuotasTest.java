package dev.sluice.quota.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.SubjectIds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimiterRateQuotasTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long MINUTE = 60 * SECOND;
    private static final long START = 5_000 * SECOND;
    private static final QuotaName BUCKET = new QuotaName("ns", "bucket");
    private static final QuotaName WINDOW = new QuotaName("ns", "window");
    private static final QuotaName NONE = new QuotaName("ns", "none");

    private final RateQuotas quotas = new LimiterRateQuotas(new Admission(
                    new SubjectIds("test"),
                    100,
                    0,
                    Policy.UNLIMITED.with(new QuotaLimits(
                            Map.of(
                                    BUCKET.subject(), tokens(Limit.bucket(120, MINUTE, 60)),
                                    WINDOW.subject(), tokens(Limit.rate(10, SECOND, MeterAlgorithm.WINDOW)),
                                    NONE.subject(), tokens(Limit.rate(0, SECOND, MeterAlgorithm.FIXED))),
                            Map.of())))
            .tokens());

    private static LimitSet tokens(Limit limit) {
        return LimitSet.of(Dimension.TOKENS, limit);
    }

    @Test
    void taken_showsWhatIsLeft_andWhenAllIsLeftAgain() {
        RateDecision decision = quotas.take(new RateStep(BUCKET, 20), START);

        assertThat(decision)
                .isInstanceOfSatisfying(
                        RateDecision.Taken.class,
                        taken -> assertThat(taken.views())
                                .containsExactly(new RateView(120, MINUTE, 60, 40, 10 * SECOND)));
        assertThat(quotas.view(BUCKET, START + 5 * SECOND)).contains(new RateView(120, MINUTE, 60, 50, 5 * SECOND));
        assertThat(quotas.view(BUCKET, START + 20 * SECOND)).contains(new RateView(120, MINUTE, 60, 60, 0));
    }

    @Test
    void verdict_isThatOfTheDecision() {
        assertThat(quotas.tryTake(new RateStep(BUCKET, 60), START)).isEqualTo(RateVerdict.TAKEN);
        assertThat(quotas.tryTake(new RateStep(BUCKET, 30), START)).isEqualTo(new RateVerdict.Refused(15 * SECOND));
        assertThat(quotas.tryTake(new RateStep(BUCKET, 61), START))
                .isEqualTo(new RateVerdict.Refused(RateDecision.NEVER));
        assertThat(quotas.tryTake(new RateStep(NONE, 1), START)).isEqualTo(new RateVerdict.Refused(RateDecision.NEVER));
        assertThat(quotas.tryTake(new RateStep(new QuotaName("ns", "unknown"), 1), START))
                .isEqualTo(RateVerdict.MISSING);
        assertThat(quotas.tryTake(new RateStep(BUCKET, 30), START + 15 * SECOND))
                .isEqualTo(RateVerdict.TAKEN);
    }

    @Test
    void refused_namesTheWaitForAllOfItsTokens() {
        quotas.take(new RateStep(BUCKET, 60), START);

        assertThat(quotas.take(new RateStep(BUCKET, 30), START))
                .isEqualTo(new RateDecision.Refused(0, 15 * SECOND, new RateView(120, MINUTE, 60, 0, 30 * SECOND)));
        assertThat(quotas.take(new RateStep(BUCKET, 30), START + 15 * SECOND)).isInstanceOf(RateDecision.Taken.class);
    }

    @Test
    void moreThanTheQuotaHolds_isRefusedForGood() {
        assertThat(quotas.take(new RateStep(BUCKET, 61), START))
                .isInstanceOfSatisfying(
                        RateDecision.Refused.class,
                        refused -> assertThat(refused.waitNanos()).isEqualTo(RateDecision.NEVER));
        assertThat(quotas.take(new RateStep(NONE, 1), START))
                .isEqualTo(new RateDecision.Refused(0, RateDecision.NEVER, new RateView(0, SECOND, 0, 0, 0)));
    }

    @Test
    void unknownQuota_isMissing_andNothingIsTaken() {
        QuotaName unknown = new QuotaName("ns", "unknown");

        assertThat(quotas.take(List.of(new RateStep(BUCKET, 1), new RateStep(unknown, 1)), START))
                .isEqualTo(new RateDecision.Missing(1));
        assertThat(quotas.view(unknown, START)).isEmpty();
        assertThat(quotas.view(BUCKET, START)).contains(new RateView(120, MINUTE, 60, 60, 0));
    }

    @Test
    void severalQuotas_areTakenTogether_orTheSlowestIsNamed() {
        RateDecision first = quotas.take(List.of(new RateStep(WINDOW, 10), new RateStep(BUCKET, 60)), START);
        RateDecision second = quotas.take(List.of(new RateStep(WINDOW, 10), new RateStep(BUCKET, 60)), START);

        assertThat(first).isInstanceOf(RateDecision.Taken.class);
        assertThat(second).isInstanceOfSatisfying(RateDecision.Refused.class, refused -> {
            assertThat(refused.step()).isEqualTo(1);
            assertThat(refused.waitNanos()).isEqualTo(30 * SECOND);
        });
        ((RateDecision.Taken) first).charge().giveBack(START);
        assertThat(quotas.take(List.of(new RateStep(WINDOW, 10), new RateStep(BUCKET, 60)), START))
                .isInstanceOf(RateDecision.Taken.class);
    }
}

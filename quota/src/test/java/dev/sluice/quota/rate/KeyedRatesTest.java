package dev.sluice.quota.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.SubjectIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeyedRatesTest {
    private static final long SECOND = Limit.SECOND_NANOS;
    private static final long HOUR = 3_600 * SECOND;
    private static final long KEEP = 900 * SECOND;
    private static final long START = 5_000 * SECOND;
    private static final QuotaName QUOTA = new QuotaName("ns", "r");
    private static final List<RateStep> TWO = List.of(new RateStep(QUOTA, 2));
    private static final String HASH = "hash";

    private final RateQuotas quotas = new LimiterRateQuotas(new Admission(
                    new SubjectIds("test"),
                    100,
                    0,
                    Policy.UNLIMITED.with(new QuotaLimits(
                            Map.of(QUOTA.subject(), LimitSet.of(Dimension.TOKENS, Limit.bucket(1, HOUR, 100))),
                            Map.of())))
            .tokens());
    private final KeyedRates keyed = new KeyedRates(quotas, KEEP, 3);

    private long left(long nowNanos) {
        return quotas.view(QUOTA, nowNanos).orElseThrow().remaining();
    }

    @Test
    void repetition_takesNothing_andHasTheSameAnswer() {
        RateDecision first = keyed.take("k", HASH, TWO, START);

        RateDecision again = keyed.take("k", HASH, TWO, START + KEEP);

        assertThat(((RateDecision.Taken) again).views()).isEqualTo(((RateDecision.Taken) first).views());
        assertThat(left(START)).isEqualTo(98);
    }

    @Test
    void keyOfAnotherCall_isReused_andTakesNothing() {
        keyed.take("k", HASH, TWO, START);

        assertThat(keyed.take("k", "other", TWO, START)).isEqualTo(new RateDecision.KeyReused());
        assertThat(left(START)).isEqualTo(98);
    }

    @Test
    void oldKey_isForgotten() {
        keyed.take("k", HASH, TWO, START);

        assertThat(keyed.take("k", "other", TWO, START + KEEP + 1)).isInstanceOf(RateDecision.Taken.class);
        assertThat(keyed.size()).isEqualTo(1);
    }

    @Test
    void refusedCall_isNotRemembered_soItsKeyTakesTheTokensLater() {
        List<RateStep> all = List.of(new RateStep(QUOTA, 100));
        quotas.take(new RateStep(QUOTA, 1), START);

        assertThat(keyed.take("k", HASH, all, START)).isInstanceOf(RateDecision.Refused.class);
        assertThat(keyed.take("k", HASH, all, START + HOUR)).isInstanceOf(RateDecision.Taken.class);
    }

    @Test
    void beyondTheBound_theOldestKeyIsForgotten() {
        for (String key : List.of("a", "b", "c", "d")) {
            keyed.take(key, HASH, TWO, START);
        }

        assertThat(keyed.size()).isEqualTo(3);
        keyed.take("b", HASH, TWO, START);
        assertThat(left(START)).isEqualTo(92);
        keyed.take("a", HASH, TWO, START);
        assertThat(left(START)).isEqualTo(90);
    }

    @Test
    void manyKeys_overALongTime_stayBounded() {
        for (int i = 0; i < 10_000; i++) {
            keyed.take("k" + i % 7, HASH, List.of(new RateStep(QUOTA, 1)), START + i * HOUR / 10);
            assertThat(keyed.size()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void callsOfOneKey_atOnce_takeOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<RateDecision>> decisions = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                decisions.add(threads.submit(() -> keyed.take("k", HASH, TWO, START)));
            }
            for (Future<RateDecision> decision : decisions) {
                assertThat(decision.get()).isInstanceOf(RateDecision.Taken.class);
            }
        } finally {
            threads.shutdown();
        }

        assertThat(left(START)).isEqualTo(98);
    }
}

package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.ScenarioFile;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits a minute and an hour: what comes to one node is admitted there, and all nodes together stay within the limit. */
class LongPeriodTest {
    private static final long SEED = 20_261_128;
    /** Drawn cases: {@code -Dsluice.drawn-cases=200} plays more. */
    private static final int CASES = Integer.getInteger("sluice.drawn-cases", 12);
    /** The part of a limit that may be admitted in excess; at least one operation. */
    private static final double EXCESS_PART = 0.02;

    private static Simulation.Settled play(String format, Object... values) throws BadScenarioException {
        String fields = String.format(Locale.ROOT, format, values);
        return Simulation.runAndSettle(ScenarioFile.parse("drawn.conf", "scenario { " + fields + " }"));
    }

    @ParameterizedTest
    @CsvSource({
        "8, h, 2, 1",
        "100, min, 2, 3",
        "240, min, 2, 3",
        "1000, h, 2, 3",
        "20000, h, 2, 3",
        "64, h, 16, 3",
        "100, min, 16, 1",
        "1000, h, 16, 1",
        "20000, h, 16, 3"
    })
    void halfTheLimit_onOneOfIdleNodes_isAdmitted(long limit, String period, int nodes, int seconds) throws Exception {
        long half = limit / 2;

        Simulation.Settled settled = play(
                "nodes = %d, limit = %d/%s, duration = %ds, load = [{ pattern = constant, balance = sticky, node = 1, "
                        + "rate = %.4f/s, from = 2s, to = %dms }]",
                nodes, limit, period, seconds + 4, (double) half / seconds, 2_001 + 1_000 * seconds);

        assertThat(settled.admitted()).isGreaterThanOrEqualTo(half);
    }

    @Test
    void anyLoad_staysWithinTheLimitOfAMinute() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < CASES; i++) {
            int nodes = 2 + random.nextInt(15);
            long limit = (long) Math.exp(Math.log(3) + random.nextDouble() * Math.log(1_000));
            double perSecond = Math.min(2_000, limit * Math.exp(random.nextDouble() * Math.log(1_200)) / 120);
            String network = random.nextBoolean() ? "network { loss = 5%, clock-skew = 50ms }," : "";
            String balance = random.nextBoolean() ? "random" : "skewed";

            Simulation.Settled settled = play(
                    "nodes = %d, limit = %d/min, duration = 125s, seed = %d, %s load = [{ pattern = poisson, balance = %s, "
                            + "rate = %.4f/s, from = 2s }]",
                    nodes, limit, i, network, balance, perSecond);

            double excess = settled.outcome().worstSecondOverPercent() / 100 * limit;
            assertThat(excess)
                    .as("seed %d, case %d: %d/min on %d nodes, %.2f/s", SEED, i, limit, nodes, perSecond)
                    .isLessThanOrEqualTo(Math.max(1, EXCESS_PART * limit) + 1e-6);
        }
    }

    @Test
    void bucketOfAMinute_isSpentAtOnce_thenRefillsAtItsRate() throws Exception {
        String scenario = "nodes = 2, limit = 300/min, meter = bucket, duration = %ds, load = [{ pattern = poisson, "
                + "balance = round-robin, rate = 200/s, from = 2s }]";

        assertThat(play(scenario, 4).admitted()).isBetween(294L, 312L);
        assertThat(play(scenario, 62).admitted()).isBetween(588L, 612L);
    }
}

package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers under limits on bytes a minute and longer. */
class LongByteLimitTest {
    private static final double GIBIBYTE = 1L << 30;

    private static SimulationOutcome run(String limit, int seconds, String network, String load)
            throws BadScenarioException {
        return Simulation.run(ScenarioFile.parse("t.conf", """
                        scenario { %s, duration = %ds, seed = 7
                          network { %s }
                          load = [ { pattern = transfers, %s } ] }
                        """.formatted(limit, seconds, network, load)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"meter = window", "meter = fixed", "meter = bucket, burst = 3600s"})
    void halfOfAnIdleLimit_movesAtOnce_onOneOfManyNodes(String meter) throws BadScenarioException {
        SimulationOutcome outcome = run(
                "nodes = 8, limit = 10GiB/h, " + meter,
                8,
                "loss = 5%, clock-skew = 50ms",
                "balance = sticky, node = 0, clients = 4, size = 100MiB");

        assertThat(8 * outcome.admittedPerSecond()).isBetween(4.9 * GIBIBYTE, 10.1 * GIBIBYTE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"meter = window", "meter = fixed", "meter = bucket, burst = 60s"})
    void noPeriodHoldsMore_andTransfersGoOn_underAnyLoad(String meter) throws BadScenarioException {
        SimulationOutcome outcome = run(
                "nodes = 4, limit = 200MiB/min, " + meter,
                70,
                "loss = 5%, clock-skew = 50ms",
                "balance = random, clients = 12, size = 5MiB");

        assertThat(outcome.worstSecondOverPercent()).isLessThan(2);
        assertThat(outcome.longestStallMillis()).isLessThan(10_000);
        assertThat(70 * outcome.admittedPerSecond()).isGreaterThan(190.0 * (1 << 20));
    }

    @Test
    void smallBodies_countAsLargeOnes() throws BadScenarioException {
        SimulationOutcome outcome = Simulation.run(ScenarioFile.parse("t.conf", """
                scenario { nodes = 3, limit = 20MiB/min, duration = 70s, seed = 7
                  network { loss = 5%, clock-skew = 50ms }
                  load = [ { pattern = poisson, rate = 200/s, size = 16KiB } ] }
                """));

        assertThat(outcome.worstSecondOverPercent()).isLessThan(2);
        assertThat(70 * outcome.admittedPerSecond()).isGreaterThan(19.0 * (1 << 20));
    }
}

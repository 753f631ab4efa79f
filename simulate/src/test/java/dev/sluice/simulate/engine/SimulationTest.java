package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.ScenarioFile;
import dev.sluice.simulate.study.RandomPeriodCases;
import dev.sluice.simulate.study.RandomRequestCases;
import dev.sluice.simulate.study.RandomTransferCases;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulationTest {
    /** {@code -Dsluice.drawn-cases=200} plays more. */
    private static final int PERIOD_CASES = Integer.getInteger("sluice.drawn-cases", 20);

    private static SimulationOutcome run(String scenario, int seed) throws BadScenarioException {
        return Simulation.run(
                ScenarioFile.read(Path.of("scenarios", scenario + ".conf")).withSeed(seed));
    }

    /** Wider than docs/accuracy.md, because one seed may differ from the median of five. */
    @ParameterizedTest
    @CsvSource({
        "random-2x, 6, 1, 1",
        "random-10x, 6, 1, 1",
        "sticky-2x, 6, 1, 1",
        "shifting, 6, 3, 3",
        "lossy-2x, 7, 1, 1.5",
        "closed-loop, 5, 1, 1",
        "closed-loop-near, 3, 1, 0.5",
        "crash, 8, 1, 1.5",
        "joiners, 8, 1, 1.5",
        "joiners-10x, 12, 1, 1",
        "flash-10x, 13, 3, 8",
        "flash-on-little, 13, 5, 8",
        "few-each-2x, 7, 2, 2",
        "few-each-flash, 15, 3, 8",
        "halves-apart, 30, 2, 2"
    })
    void limit_isHeld(String scenario, double worstPercent, double ratePercent, double unusedPercent)
            throws BadScenarioException {
        SimulationOutcome outcome = run(scenario, 42);

        assertThat(outcome.worstSecondOverPercent()).isLessThanOrEqualTo(worstPercent);
        assertThat(outcome.rateErrorPercent()).isBetween(-ratePercent, ratePercent);
        assertThat(outcome.unusedMeanPercent()).isLessThanOrEqualTo(unusedPercent);
    }

    @Test
    void loadBelowTheLimit_isNotRejected() throws BadScenarioException {
        assertThat(run("below", 7).rejectedPercent()).isLessThan(0.05);
        assertThat(run("bursts-sticky", 7).rejectedPercent()).isLessThan(3);
        assertThat(run("below-small", 7).rejectedPercent()).isLessThan(2);
    }

    /** Rejected clients back off and offer less. The reference is what this many clients do alone, each this long. */
    @ParameterizedTest
    @CsvSource({
        "16, 1000, 100, window, 8, 20",
        "64, 300, 100, window, 2, 20",
        "64, 20000, 100, window, 80, 10",
        "16, 1000, 50, window, 8, 20",
        "16, 1000, 200, window, 4, 20",
        "16, 1000, 100, window, 9, 20",
        "2, 1000, 100, bucket, 8, 20",
        "64, 1000, 100, bucket, 4, 20"
    })
    void modestClients_getWhatTheyWantBesideAnAbuser(
            int nodes, int limit, int intervalMillis, String meter, int clients, int serviceMillis)
            throws BadScenarioException {
        Scenario scenario = ScenarioFile.parse(
                "modest", """
                scenario {
                  nodes = %d, limit = %d/s, interval = %dms, meter = %s, duration = 15s, warm-up = 5s, seed = 3
                  network { delay = [0.2ms, 5ms], jitter = 10%%, spike { probability = 0.1%%, delay = 50ms } }
                  load = [
                    { name = modest, pattern = closed-loop, clients = %d, service-time = %dms, balance = sticky, node = 0 }
                    { name = abuser, pattern = poisson, rate = %d/s, balance = sticky, node = 1 }
                  ]
                }
                """.formatted(nodes, limit, intervalMillis, meter, clients, serviceMillis, 10 * limit));

        SimulationOutcome outcome = Simulation.run(scenario);

        double wish = clients / (serviceMillis * 1e-3);
        assertThat(outcome.loads().get(0).admittedPerSecond()).isGreaterThan(0.95 * wish);
        if (scenario.limit().meterKey().equals(MeterAlgorithm.WINDOW.key())) {
            assertThat(outcome.worstSecondOverPercent()).isLessThan(6);
        }
    }

    @Test
    void sameSeed_givesTheSameBytes() throws BadScenarioException {
        assertThat(run("lossy-2x", 5).json()).isEqualTo(run("lossy-2x", 5).json());
        assertThat(run("lossy-2x", 5).json()).isNotEqualTo(run("lossy-2x", 6).json());
    }

    @Test
    void plainDesign_goesFarOver() throws BadScenarioException {
        Scenario scenario = ScenarioFile.read(Path.of("scenarios", "random-10x.conf"));

        SimulationOutcome plain = Simulation.run(scenario.withMeter(MeterAlgorithm.SEED));

        assertThat(plain.worstSecondOverPercent()).isGreaterThan(30);
    }

    @Test
    void randomPeriodsAndRestarts_breakNoInvariant() {
        for (long seed = 1; seed <= PERIOD_CASES; seed++) {
            assertThat(RandomPeriodCases.check(seed)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void randomCases_breakNoInvariant() {
        for (long seed = 1; seed <= 60; seed++) {
            assertThat(RandomRequestCases.check(seed)).as("seed %d", seed).isEmpty();
            assertThat(RandomTransferCases.check(seed))
                    .as("transfers of seed %d", seed)
                    .isEmpty();
        }
    }
}

package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.ScenarioFile;
import dev.sluice.simulate.study.RandomTransferCases;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers on several nodes under one limit on bytes. */
class TransferSimulationTest {
    private static SimulationOutcome run(String nodesAndLimit, String network, String load, int seed)
            throws BadScenarioException {
        return Simulation.run(ScenarioFile.parse("t.conf", """
                        scenario { %s, duration = 15s, warm-up = 2s, seed = %d
                          network { %s }
                          load = [ %s ] }
                        """.formatted(nodesAndLimit, seed, network, load)));
    }

    private static void assertHeld(SimulationOutcome outcome) {
        assertThat(outcome.rateErrorPercent()).isBetween(-2.0, 2.0);
        assertThat(outcome.worstSecondOverPercent()).isLessThan(10);
        assertThat(outcome.longestStallMillis()).isLessThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void transfersOnNodesAlike_getTheSame(int seed) throws BadScenarioException {
        for (String limit : new String[] {"1MiB/s", "40MiB/s", "10GiB/s"}) {
            StringBuilder loads = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                loads.append("{ pattern = transfers, balance = sticky, node = %d, clients = 1, speed = 20GiB }\n"
                        .formatted(i));
            }

            SimulationOutcome outcome =
                    run("nodes = 5, limit = " + limit, "loss = 5%, delay = [1ms, 10ms]", loads.toString(), seed);

            assertHeld(outcome);
            assertThat(outcome.fairness()).as(limit).isGreaterThan(0.99);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void slowReader_keepsWhatItUses_andTheOthersGetTheRest(int seed) throws BadScenarioException {
        SimulationOutcome outcome = run("nodes = 3, limit = 40MiB/s", "loss = 2%", """
                { pattern = transfers, balance = sticky, node = 0, clients = 1, speed = 4MiB }
                { pattern = transfers, balance = sticky, node = 1, clients = 1 }
                { pattern = transfers, balance = sticky, node = 2, clients = 3 }
                """, seed);

        assertHeld(outcome);
        assertThat(outcome.loads().get(0).admittedPerSecond()).isGreaterThan(0.98 * (4 << 20));
        assertThat(outcome.loads().get(1).admittedPerSecond()).isGreaterThan(0.9 * (18 << 20));
        assertThat(outcome.loads().get(2).admittedPerSecond()).isGreaterThan(0.9 * (18 << 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void transferThatBegins_hasItsPartWithinASecond(int seed) throws BadScenarioException {
        SimulationOutcome outcome = run("nodes = 3, limit = 40MiB/s", "", """
                { pattern = transfers, balance = sticky, node = 0, clients = 1 }
                { pattern = transfers, balance = sticky, node = 1, clients = 1, from = 13s }
                """, seed);

        assertHeld(outcome);
        // Half of the limit for two of thirteen seconds, less what is lost until it has its share.
        assertThat(outcome.loads().get(1).admittedPerSecond() * 13).isGreaterThan(1.5 * (20 << 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void manyTransfersThatHadItAll_moveOnWhenOthersBegin(int seed) throws BadScenarioException {
        SimulationOutcome outcome = run("nodes = 8, limit = 40MiB/s", "", """
                { pattern = transfers, balance = sticky, node = 0, clients = 64 }
                { pattern = transfers, balance = sticky, clients = 24, from = 5s }
                """, seed);

        assertHeld(outcome);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void smallRequests_leaveATransferItsPart(int seed) throws BadScenarioException {
        SimulationOutcome outcome = run("nodes = 3, limit = 40MiB/s", "", """
                { pattern = transfers, balance = sticky, node = 0, clients = 1 }
                { pattern = poisson, rate = 10000/s, size = 16KiB }
                """, seed);

        assertHeld(outcome);
        assertThat(outcome.loads().get(0).admittedPerSecond()).isGreaterThan(0.1 * (40 << 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void loadBelowTheLimit_isNotRefused(int seed) throws BadScenarioException {
        SimulationOutcome outcome =
                run("nodes = 3, limit = 40MiB/s", "", "{ pattern = poisson, rate = 2000/s, size = 16KiB }", seed);

        assertThat(outcome.rejectedPercent()).isLessThan(0.1);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                501_470,
                505_725,
                507_167,
                508_670,
                509_631,
                5_009_260,
                7_307_905,
                424_206_654,
                606_067_351,
                606_075_521
            })
    void transfersBesideSmallRequestsOnAllNodes_neverStandStill(long seed) {
        assertThat(RandomTransferCases.check(seed)).isEmpty();
    }
}

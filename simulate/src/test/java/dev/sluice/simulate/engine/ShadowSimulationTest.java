package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.OnExceed;
import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.ScenarioFile;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A load that doesn't depend on what becomes of it is counted by a shadow limit as it is rejected by an enforced one. */
class ShadowSimulationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "random-2x",
                "random-10x",
                "lossy-2x",
                "flash-10x",
                "crash",
                "halves-apart",
                "limit-changes",
                "minute-flash",
                "bucket-minute",
                "tiny-2x"
            })
    void wouldBeRejections_areThoseOfTheEnforcedLimit(String name) throws BadScenarioException {
        Scenario enforced =
                ScenarioFile.read(Path.of("scenarios", name + ".conf")).withSeed(7);

        SimulationOutcome rejections = Simulation.run(enforced);
        SimulationOutcome wouldBe = Simulation.run(enforced.withOnExceed(OnExceed.SHADOW));

        assertThat(rejections.rejectedPercent()).isPositive();
        assertThat(wouldBe.json()).isEqualTo(rejections.json());
    }
}

package dev.sluice.simulate.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulate.engine.Simulation;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Goals;
import dev.sluice.simulate.scenario.ScenarioFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scenarios of the library that have goals: restarts, long periods, flashes on two nodes. */
class LibraryGoalsTest {
    private static final long SEED = 42;

    static List<Path> withGoals() throws Exception {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .toList()) {
                if (!ScenarioFile.read(file).goals().equals(Goals.NONE)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("withGoals")
    void goals_areHeld(Path file) throws Exception {
        Scenario scenario = ScenarioFile.read(file).withSeed(SEED);

        assertThat(GoalCheck.failed(scenario, Simulation.run(scenario)))
                .as("%s, seed %d", file, SEED)
                .isEmpty();
    }
}

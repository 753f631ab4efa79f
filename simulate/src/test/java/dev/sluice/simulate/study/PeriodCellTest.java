package dev.sluice.simulate.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.ScenarioFile;
import dev.sluice.simulate.study.PeriodCell.PeriodResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeriodCellTest {
    /** One that misses its goal is seen to miss it. */
    @Test
    void goal_isFailed_whereSidecarsDoNotShareTheLimit() throws BadScenarioException {
        Scenario alone = ScenarioFile.parse("alone.conf", """
                scenario {
                  nodes = 2, limit = 100/min, sharing = local, duration = 10s
                  load = [{ pattern = poisson, balance = random, rate = 100/s, from = 2s }]
                }
                """);

        PeriodResult result = new PeriodCell("alone", alone, 201).run();

        assertThat(result.excess()).isEqualTo(100);
        assertThat(result.problem()).contains("only 200 of 201 admitted");
        assertThat(new PeriodCell("alone", alone, 0).run().problem()).contains("100.0 over 100, 2.0 allowed");
    }

    @Test
    void drawnCells_areThoseOfTheirSeeds() {
        List<PeriodCell> cells = PeriodCell.drawn(41, 60);

        assertThat(cells).isEqualTo(PeriodCell.drawn(41, 60));
        assertThat(cells.get(7)).isEqualTo(PeriodCell.drawn(48));
        assertThat(cells).allSatisfy(cell -> {
            assertThat(cell.scenario().nodes()).isBetween(2, 16);
            assertThat(cell.scenario().limit().amount()).isBetween(3L, 1_000_000L);
        });
    }

    @Test
    void goals_thatARunFails_areNamedWithTheirFigures() throws BadScenarioException {
        Scenario scenario = ScenarioFile.parse("s.conf", """
                scenario {
                  nodes = 2, limit = 100/s
                  load = [{ pattern = poisson, rate = 10/s }]
                  goals { over = 2%, unused = 1%, rejected = 3% }
                }
                """);

        assertThat(GoalCheck.failed(scenario, outcome(2, 1, 3))).isEmpty();
        assertThat(GoalCheck.failed(scenario, outcome(2.5, 1, 4)))
                .containsExactly("over 2.50 %, at most 2.00 %", "rejected 4.00 %, at most 3.00 %");
    }

    private static SimulationOutcome outcome(double over, double unused, double rejected) {
        return new SimulationOutcome(0, 0, over, 0, unused, 0, rejected, 1, -1, 0, 0, 0, -1, List.of());
    }
}

package dev.sluice.simulate.study;

import dev.sluice.simulate.engine.Simulation;
import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.Scenario;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** The outcomes of a scenario with several seeds, and the medians of their figures. */
record SeedMedians(List<SimulationOutcome> outcomes) {
    SeedMedians {
        outcomes = List.copyOf(outcomes);
    }

    /** Runs the scenario with so many seeds in a row, in parallel. */
    static SeedMedians of(Scenario scenario, long firstSeed, int seeds) {
        return new SeedMedians(LongStream.range(firstSeed, firstSeed + seeds)
                .parallel()
                .mapToObj(seed -> Simulation.run(scenario.withSeed(seed)))
                .toList());
    }

    double median(ToDoubleFunction<SimulationOutcome> figure) {
        double[] sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}

package dev.sluice.simulate.study;

import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Goals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Compares the figures of a run with the goals of its scenario. */
public final class GoalCheck {
    private static final double EPSILON = 1e-6;

    private GoalCheck() {}

    /** The goals that the run failed, each with its figure. */
    public static List<String> failed(Scenario scenario, SimulationOutcome outcome) {
        Goals goals = scenario.goals();
        List<String> failed = new ArrayList<>();
        double operationPercent =
                scenario.limit().amount() == 0 ? 0 : 100.0 / scenario.limit().amount();
        OptionalDouble over = goals.overPercent().isPresent()
                ? OptionalDouble.of(Math.max(goals.overPercent().getAsDouble(), operationPercent))
                : OptionalDouble.empty();
        compare("over", outcome.worstSecondOverPercent(), over, failed);
        compare("unused", outcome.unusedMeanPercent(), goals.unusedPercent(), failed);
        compare("rejected", outcome.rejectedPercent(), goals.rejectedPercent(), failed);
        compare("rate error", Math.abs(outcome.rateErrorPercent()), goals.rateErrorPercent(), failed);
        return failed;
    }

    private static void compare(String name, double figure, OptionalDouble goal, List<String> failed) {
        if (goal.isPresent() && figure > goal.getAsDouble() + EPSILON) {
            failed.add(String.format(Locale.ROOT, "%s %.2f %%, at most %.2f %%", name, figure, goal.getAsDouble()));
        }
    }
}

package dev.sluice.simulate.study;

import dev.sluice.simulate.engine.SimulationOutcome;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Runs clusters of many sizes, limits, intervals and loads and compares medians over the seeds with goals. It shows
 * where the limiter is less exact than it should be.
 */
public final class GoalSweep {
    private static final long FIRST_SEED = 1_001;

    private final PrintStream out;
    private final int seeds;

    private GoalSweep(PrintStream out, int seeds) {
        this.out = out;
        this.seeds = seeds;
    }

    /** Prints a row for each cell whose name matches, and how many failed a goal. */
    public static void printGrid(Predicate<String> named, int seeds, PrintStream out) {
        new GoalSweep(out, seeds)
                .print(SweepCell.grid().stream()
                        .filter(cell -> named.test(cell.name()))
                        .toList());
    }

    /** The same for random cells, the first by {@code seed}. */
    public static void printDrawn(long seed, int count, int seeds, PrintStream out) {
        new GoalSweep(out, seeds).print(SweepCell.drawn(seed, count));
    }

    private void print(List<SweepCell> cells) {
        out.println(
                "| cell | worst second over, % | rate error, % | unused, % | rejected, % | one node rejects, % | failed |");
        out.println("|---|--:|--:|--:|--:|--:|---|");
        int failed = 0;
        for (SweepCell cell : cells) {
            failed += row(cell) ? 1 : 0;
        }
        out.println();
        out.println(cells.size() + " cells, " + failed + " failed a goal");
    }

    private boolean row(SweepCell cell) {
        SeedMedians medians = runs(cell);
        double worst = medians.median(SimulationOutcome::worstSecondOverPercent);
        double error = medians.median(SimulationOutcome::rateErrorPercent);
        double unused = medians.median(SimulationOutcome::unusedMeanPercent);
        double rejected = medians.median(SimulationOutcome::rejectedPercent);
        double byOne = cell.multiple() > 1 ? 0 : runs(cell.onOneNode()).median(SimulationOutcome::rejectedPercent);
        List<String> failedGoals = new ArrayList<>();
        if (worst > (cell.isFlash() ? 12 : 6)) {
            failedGoals.add("worst second");
        }
        if (!cell.isFlash() && (error > 1 || (cell.multiple() > 1 && error < -2))) {
            failedGoals.add("rate");
        }
        if (unused > (cell.isFlash() ? 8 : 2) && cell.multiple() > 1) {
            failedGoals.add("unused");
        }
        if (cell.multiple() < 1 && rejected > byOne + 0.1) {
            failedGoals.add("rejected");
        }
        out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %.2f | %s | %s |%n",
                cell.name(),
                worst,
                error,
                unused,
                rejected,
                cell.multiple() > 1 ? "" : String.format(Locale.ROOT, "%.2f", byOne),
                String.join(", ", failedGoals));
        out.flush();
        return !failedGoals.isEmpty();
    }

    private SeedMedians runs(SweepCell cell) {
        return SeedMedians.of(cell.scenario(), FIRST_SEED, seeds);
    }
}

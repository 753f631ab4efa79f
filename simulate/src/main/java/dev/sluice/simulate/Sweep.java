package dev.sluice.simulate;

import dev.sluice.limits.Dimension;
import dev.sluice.limits.Limit;
import dev.sluice.limits.MeterKind;
import dev.sluice.limits.OnPartition;
import dev.sluice.simulate.Scenario.Balance;
import dev.sluice.simulate.Scenario.Event;
import dev.sluice.simulate.Scenario.Load;
import dev.sluice.simulate.Scenario.Network;
import dev.sluice.simulate.Scenario.Pattern;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * Clusters of many sizes, limits, intervals and loads, each beside its goals: where is the limiter less exact than it
 * ought to be? Medians over the seeds.
 */
final class Sweep {
    private static final int[] NODES = {2, 3, 5, 16, 64};
    private static final int[] LIMITS = {300, 1_000, 20_000};
    private static final int[] INTERVALS_MILLIS = {50, 100, 200};
    private static final double[] STEADY = {0.5, 0.9, 1.1, 1.5, 2, 10};
    /** Load before a flash and the flash, in multiples of the limit. */
    private static final double[][] FLASHES = {
        {0, 10}, {0, 100}, {0.1, 100}, {0.5, 10}, {0.5, 100}, {0.9, 10}, {0.9, 100}
    };

    private static final double WARM_UP_SECONDS = 2;
    private static final double FLASH_AT_SECONDS = 3.3;
    /** As long for all: the longer after a flash, the less is what goes unused after it, on average. */
    private static final double FLASH_SECONDS = 8;

    private static final double STEADY_SECONDS = 12;
    private static final Network NETWORK = new Network(200_000, 5_000_000, 0.1, 0, 0.001, 50_000_000, 5_000_000);

    /** One combination. */
    private record Cell(String name, boolean isFlash, double multiple, Scenario scenario) {}

    private final PrintStream out;
    private final int seeds;

    private Sweep(PrintStream out, int seeds) {
        this.out = out;
        this.seeds = seeds;
    }

    /** Prints a row for each cell whose name passes, and how many missed a goal. */
    static void print(Predicate<String> only, int seeds, PrintStream out) {
        new Sweep(out, seeds).print(only);
    }

    private void print(Predicate<String> only) {
        out.println(
                "| cell | worst second over, % | rate error, % | unused, % | rejected, % | one node rejects, % | missed |");
        out.println("|---|--:|--:|--:|--:|--:|---|");
        int count = 0;
        int missed = 0;
        for (Cell cell : cells()) {
            if (only.test(cell.name)) {
                count++;
                missed += row(cell) ? 1 : 0;
            }
        }
        out.println();
        out.println(count + " cells, " + missed + " missed a goal");
    }

    private boolean row(Cell cell) {
        List<Outcome> outcomes = runs(cell.scenario);
        double worst = median(outcomes, Outcome::worstSecondOverPercent);
        double error = median(outcomes, Outcome::rateErrorPercent);
        double unused = median(outcomes, Outcome::unusedMeanPercent);
        double rejected = median(outcomes, Outcome::rejectedPercent);
        double byOne = cell.multiple > 1 ? 0 : median(runs(withNodes(cell.scenario, 1)), Outcome::rejectedPercent);
        List<String> missed = new ArrayList<>();
        if (worst > (cell.isFlash ? 12 : 6)) {
            missed.add("worst second");
        }
        if (!cell.isFlash && (error > 1 || (cell.multiple > 1 && error < -2))) {
            missed.add("rate");
        }
        if (unused > (cell.isFlash ? 8 : 2) && cell.multiple > 1) {
            missed.add("unused");
        }
        if (cell.multiple < 1 && rejected > byOne + 0.1) {
            missed.add("rejected");
        }
        out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %.2f | %s | %s |%n",
                cell.name,
                worst,
                error,
                unused,
                rejected,
                cell.multiple > 1 ? "" : String.format(Locale.ROOT, "%.2f", byOne),
                String.join(", ", missed));
        out.flush();
        return !missed.isEmpty();
    }

    private List<Outcome> runs(Scenario scenario) {
        return LongStream.rangeClosed(1, seeds)
                .parallel()
                .mapToObj(seed -> Simulation.run(scenario.withSeed(1_000 + seed)))
                .toList();
    }

    private static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
        double[] sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (int millis : INTERVALS_MILLIS) {
            for (int limit : LIMITS) {
                for (int nodes : NODES) {
                    String place = millis + "ms-" + limit + "-" + nodes + "n-";
                    for (double multiple : STEADY) {
                        Scenario scenario =
                                scenario(nodes, limit, millis, STEADY_SECONDS, List.of(load(multiple * limit, 0)));
                        cells.add(new Cell(place + multiple + "x", false, multiple, scenario));
                    }
                    for (double[] flash : FLASHES) {
                        List<Load> loads = List.of(load(flash[0] * limit, 0), load(flash[1] * limit, FLASH_AT_SECONDS));
                        Scenario scenario = scenario(nodes, limit, millis, FLASH_SECONDS, loads);
                        cells.add(new Cell(place + flash[0] + "x-flash-" + flash[1] + "x", true, flash[1], scenario));
                    }
                }
            }
        }
        return cells;
    }

    private static Load load(double perSecond, double fromSeconds) {
        return new Load(
                "load",
                Pattern.POISSON,
                Balance.RANDOM,
                perSecond,
                1,
                1,
                0,
                1,
                0,
                1,
                (long) (fromSeconds * 1e9),
                Long.MAX_VALUE,
                1,
                0);
    }

    private static Scenario scenario(int nodes, int limit, int millis, double seconds, List<Load> loads) {
        return new Scenario(
                nodes,
                Dimension.READ_OPS,
                Limit.perSecond(limit, MeterKind.WINDOW),
                millis * 1_000_000L,
                Math.round(seconds * 1e3) * 1_000_000L,
                (long) (WARM_UP_SECONDS * 1e9),
                1,
                OnPartition.AUTO,
                NETWORK,
                loads,
                List.<Event>of());
    }

    private static Scenario withNodes(Scenario of, int nodes) {
        return new Scenario(
                nodes,
                of.dimension(),
                of.limit(),
                of.intervalNanos(),
                of.durationNanos(),
                of.warmUpNanos(),
                of.seed(),
                of.onPartition(),
                of.network(),
                of.loads(),
                of.events());
    }
}

package dev.sluice.simulate.study;

import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.study.PeriodCell.PeriodResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** Runs limits of all periods beside their goals, and prints those that fail one, with the seed. */
public final class PeriodSweep {
    private static final int AT_ONCE = 8;

    private PeriodSweep() {}

    /** The cells whose names match, each with the seeds 1 to {@code seeds}; returns how many runs failed a goal. */
    public static int printGrid(Predicate<String> named, int seeds, PrintStream out) {
        List<PeriodCell> cells = PeriodCell.grid().stream()
                .filter(cell -> named.test(cell.name()))
                .flatMap(cell -> LongStream.rangeClosed(1, seeds).mapToObj(cell::withSeed))
                .toList();
        return print(cells, out);
    }

    /** Random cells, the first by {@code seed}. */
    public static int printDrawn(long seed, int count, PrintStream out) {
        return print(PeriodCell.drawn(seed, count), out);
    }

    private static int print(List<PeriodCell> cells, PrintStream out) {
        out.println("| cell | seed | over, operations | unused, % | rejected, % | failed |");
        out.println("|---|--:|--:|--:|--:|---|");
        int failures = 0;
        for (int from = 0; from < cells.size(); from += AT_ONCE) {
            List<String> rows = cells.subList(from, Math.min(from + AT_ONCE, cells.size())).parallelStream()
                    .map(PeriodSweep::failedRow)
                    .flatMap(Optional::stream)
                    .toList();
            rows.forEach(out::println);
            out.flush();
            failures += rows.size();
        }
        out.println();
        out.println(cells.size() + " runs, " + failures + " failed a goal");
        return failures;
    }

    /** The row of a run that failed a goal. */
    private static Optional<String> failedRow(PeriodCell cell) {
        PeriodResult result = cell.run();
        SimulationOutcome outcome = result.settled().outcome();
        return result.problem()
                .map(problem -> String.format(
                        Locale.ROOT,
                        "| %s | %d | %.1f | %.2f | %.2f | %s |",
                        cell.name(),
                        cell.scenario().seed(),
                        result.excess(),
                        outcome.unusedMeanPercent(),
                        outcome.rejectedPercent(),
                        problem));
    }
}

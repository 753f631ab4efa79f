package dev.sluice.simulate.study;

import dev.sluice.simulate.scenario.Scenario.Balance;
import dev.sluice.simulate.study.PeriodCell.Period;
import dev.sluice.simulate.study.PeriodCell.PeriodResult;
import dev.sluice.simulate.study.PeriodCell.Place;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Prints how limits of a minute and longer are held: what one node gets at once, flashes, and loads of a whole period. */
final class PeriodTable {
    private static final long[] LIMITS = {8, 100, 1_000, 20_000};
    private static final int[] NODES = {2, 16};

    private final long firstSeed;
    private final int seeds;
    private final PrintStream out;

    PeriodTable(long firstSeed, int seeds, PrintStream out) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.out = out;
    }

    void print() {
        out.println(
                "| limit | nodes | half at once on one node: admitted, % | flash on all: over, operations |"
                        + " 3x, skewed: over, operations | unused, % | 1.2x, random, loss and skew: over, operations | unused, % |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (Period period : Period.all()) {
            for (long limit : LIMITS) {
                for (int nodes : NODES) {
                    if (period != Period.SECOND) {
                        out.println(row(period, limit, nodes));
                        out.flush();
                    }
                }
            }
        }
    }

    private String row(Period period, long limit, int nodes) {
        Place clean = Place.clean(period, limit, nodes);
        List<PeriodResult> half = results(PeriodCell::half, clean);
        List<PeriodResult> flash = results(PeriodCell::flash, clean);
        List<PeriodResult> skewed = results(place -> PeriodCell.whole(place, Balance.SKEWED, 3), clean);
        List<PeriodResult> lossy =
                results(place -> PeriodCell.whole(place, Balance.RANDOM, 1.2), Place.lossy(period, limit, nodes));
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.0f | %.0f | %.0f | %.2f | %.0f | %.2f |",
                period.text(limit),
                nodes,
                100 - median(half, result -> result.settled().outcome().rejectedPercent()),
                median(flash, PeriodResult::excess),
                median(skewed, PeriodResult::excess),
                median(skewed, result -> result.settled().outcome().unusedMeanPercent()),
                median(lossy, PeriodResult::excess),
                median(lossy, result -> result.settled().outcome().unusedMeanPercent()));
    }

    private List<PeriodResult> results(Function<Place, PeriodCell> cell, Place place) {
        return LongStream.range(firstSeed, firstSeed + seeds)
                .parallel()
                .mapToObj(seed -> cell.apply(place).withSeed(seed).run())
                .toList();
    }

    private static double median(List<PeriodResult> results, ToDoubleFunction<PeriodResult> figure) {
        double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}

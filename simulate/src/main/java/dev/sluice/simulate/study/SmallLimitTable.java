package dev.sluice.simulate.study;

import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Balance;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Prints how exactly small limits a second are held, by limit, size, and how the load is spread over the nodes. One node alone
 * sees every request at once: its row is what nothing can improve on without going over the limit.
 */
final class SmallLimitTable {
    private static final int[] LIMITS = {5, 10, 20, 40, 100};
    private static final int[] NODES = {2, 4, 16};
    private static final List<Balance> BALANCES = List.of(Balance.STICKY, Balance.RANDOM, Balance.SKEWED);
    private static final double BELOW = 0.5;
    private static final double[] ABOVE = {1.1, 2, 10};
    private static final int SECONDS = 32;
    private static final int WARM_UP_SECONDS = 2;

    private final long firstSeed;
    private final int seeds;
    private final PrintStream out;

    SmallLimitTable(long firstSeed, int seeds, PrintStream out) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.out = out;
    }

    void print() {
        StringBuilder head = new StringBuilder("| limit | nodes | balance | 0.5x: rejected, % |");
        StringBuilder rule = new StringBuilder("|--:|--:|---|--:|");
        for (double multiple : ABOVE) {
            head.append(String.format(Locale.ROOT, " %sx: worst second over, %% | unused, %% |", text(multiple)));
            rule.append("--:|--:|");
        }
        out.println(head);
        out.println(rule);
        for (int limit : LIMITS) {
            out.println(row(limit, 1, Balance.RANDOM));
            for (int nodes : NODES) {
                for (Balance balance : BALANCES) {
                    out.println(row(limit, nodes, balance));
                    out.flush();
                }
            }
        }
    }

    private String row(int limit, int nodes, Balance balance) {
        StringBuilder row = new StringBuilder(String.format(
                Locale.ROOT,
                "| %d | %d | %s |",
                limit,
                nodes,
                nodes == 1 ? "" : balance.name().toLowerCase(Locale.ROOT)));
        double rejected = medians(limit, nodes, balance, BELOW).median(SimulationOutcome::rejectedPercent);
        row.append(String.format(Locale.ROOT, " %.2f |", rejected));
        for (double multiple : ABOVE) {
            SeedMedians medians = medians(limit, nodes, balance, multiple);
            row.append(String.format(
                    Locale.ROOT,
                    " %.1f | %.2f |",
                    medians.median(SimulationOutcome::worstSecondOverPercent),
                    medians.median(SimulationOutcome::unusedMeanPercent)));
        }
        return row.toString();
    }

    private SeedMedians medians(int limit, int nodes, Balance balance, double multiple) {
        Scenario scenario = SecondScenarios.of(
                nodes, limit, SECONDS, WARM_UP_SECONDS, List.of(SecondScenarios.open(balance, 1, multiple * limit)));
        return SeedMedians.of(scenario, firstSeed, seeds);
    }

    private static String text(double multiple) {
        return multiple == Math.rint(multiple) ? String.valueOf((long) multiple) : String.valueOf(multiple);
    }
}

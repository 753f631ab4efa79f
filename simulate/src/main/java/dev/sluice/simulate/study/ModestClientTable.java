package dev.sluice.simulate.study;

import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Balance;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Prints what clients that wait for responses get beside ten times the limit on another node. They are compared with what
 * they get alone. Their wish is less than an even part of the limit.
 */
final class ModestClientTable {
    private static final int[] NODES = {2, 3, 4, 6, 8, 12, 16, 24, 32};
    private static final int CLIENTS = 8;
    private static final int SERVICE_MILLIS = 20;
    /** Twice to ten times what the clients wish. */
    private static final int[] LIMITS = {900, 1_000, 1_500, 4_000};

    private static final int ABUSE = 10;
    private static final int SECONDS = 35;
    private static final int WARM_UP_SECONDS = 5;

    private final long firstSeed;
    private final int seeds;
    private final PrintStream out;

    ModestClientTable(long firstSeed, int seeds, PrintStream out) {
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.out = out;
    }

    void print() {
        StringBuilder head = new StringBuilder("| nodes |");
        StringBuilder rule = new StringBuilder("|--:|");
        for (int limit : LIMITS) {
            head.append(
                    String.format(Locale.ROOT, " %d/s: of what they get alone, %% | worst second over, %% |", limit));
            rule.append("--:|--:|");
        }
        out.println(head);
        out.println(rule);
        for (int nodes : NODES) {
            StringBuilder row = new StringBuilder("| ").append(nodes).append(" |");
            for (int limit : LIMITS) {
                row.append(cells(nodes, limit));
            }
            out.println(row);
            out.flush();
        }
    }

    private String cells(int nodes, int limit) {
        Scenario.Load modest = SecondScenarios.closed(0, CLIENTS, SERVICE_MILLIS);
        Scenario.Load abuser = SecondScenarios.open(Balance.STICKY, 1, ABUSE * limit);
        SeedMedians beside = medians(nodes, limit, List.of(modest, abuser));
        SeedMedians alone = medians(nodes, limit, List.of(modest));
        return String.format(
                Locale.ROOT,
                " %.1f | %.1f |",
                100 * beside.median(ModestClientTable::ofFirst) / alone.median(ModestClientTable::ofFirst),
                beside.median(SimulationOutcome::worstSecondOverPercent));
    }

    private static double ofFirst(SimulationOutcome outcome) {
        return outcome.loads().get(0).admittedPerSecond();
    }

    private SeedMedians medians(int nodes, int limit, List<Scenario.Load> loads) {
        return SeedMedians.of(SecondScenarios.of(nodes, limit, SECONDS, WARM_UP_SECONDS, loads), firstSeed, seeds);
    }
}

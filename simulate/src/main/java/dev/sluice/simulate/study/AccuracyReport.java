package dev.sluice.simulate.study;

import dev.sluice.simulate.scenario.BadScenarioException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/** Prints the tables of docs/accuracy.md. */
public final class AccuracyReport {
    private static final int SEEDS = 5;

    /** The tables, in the order of the report. */
    public enum Table {
        SCENARIOS("The library of scenarios"),
        SMALL_LIMITS("Small limits"),
        MODEST_CLIENTS("Modest clients beside an abuser"),
        PERIODS("Limits of a minute and longer");

        private final String title;

        Table(String title) {
            this.title = title;
        }
    }

    private AccuracyReport() {}

    /**
     * Prints all tables, or one.
     *
     * @param folder of scenarios
     * @param firstSeed the first of five
     */
    public static void print(Path folder, Optional<Table> only, long firstSeed, PrintStream out)
            throws IOException, BadScenarioException {
        for (Table table : Table.values()) {
            if (only.isPresent() && only.get() != table) {
                continue;
            }
            out.println("### " + table.title);
            out.println();
            switch (table) {
                case SCENARIOS -> AccuracyTable.print(folder, firstSeed, SEEDS, out);
                case SMALL_LIMITS -> new SmallLimitTable(firstSeed, SEEDS, out).print();
                case MODEST_CLIENTS -> new ModestClientTable(firstSeed, SEEDS, out).print();
                case PERIODS -> new PeriodTable(firstSeed, SEEDS, out).print();
            }
            out.println();
        }
    }
}

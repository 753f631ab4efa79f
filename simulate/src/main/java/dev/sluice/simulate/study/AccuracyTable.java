package dev.sluice.simulate.study;

import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.simulate.engine.SimulationOutcome;
import dev.sluice.simulate.scenario.BadScenarioException;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.ScenarioFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Prints every scenario of the library, beside the plain design and the reference. */
final class AccuracyTable {
    private static final String REFERENCE = "reference.csv";
    /** The columns of the reference file, in order. */
    private static final List<Column> COLUMNS = List.of(
            new Column("worst second over, %", SimulationOutcome::worstSecondOverPercent),
            new Column("rate error, %", SimulationOutcome::rateErrorPercent),
            new Column("unused, %", SimulationOutcome::unusedMeanPercent),
            new Column("rejected, %", SimulationOutcome::rejectedPercent));

    private record Column(String title, ToDoubleFunction<SimulationOutcome> figure) {}

    private AccuracyTable() {}

    /** Runs all scenarios of a folder and prints a line for each. */
    static void print(Path folder, long firstSeed, int seeds, PrintStream out)
            throws IOException, BadScenarioException {
        Map<String, String[]> reference = reference(folder.resolve(REFERENCE));
        StringBuilder head = new StringBuilder("| scenario |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Column column : COLUMNS) {
            head.append(' ').append(column.title).append(" | plain | reference |");
            rule.append("--:|--:|--:|");
        }
        out.println(head);
        out.println(rule);
        for (Path file : scenarios(folder)) {
            Scenario scenario = ScenarioFile.read(file);
            String fileName = String.valueOf(file.getFileName());
            String name = fileName.substring(0, fileName.length() - ".conf".length());
            SeedMedians ours = SeedMedians.of(scenario, firstSeed, seeds);
            SeedMedians plain = SeedMedians.of(scenario.withMeter(MeterAlgorithm.SEED), firstSeed, seeds);
            StringBuilder row = new StringBuilder("| ").append(name).append(" |");
            String[] figures = reference.getOrDefault(name, new String[0]);
            for (int i = 0; i < COLUMNS.size(); i++) {
                ToDoubleFunction<SimulationOutcome> figure = COLUMNS.get(i).figure;
                String of = i + 1 < figures.length ? figures[i + 1] : "";
                row.append(cell("**%.2f**", ours.median(figure)));
                row.append(cell("%.2f", plain.median(figure)));
                row.append(of.isEmpty() ? " |" : cell("%.2f", Double.parseDouble(of)));
            }
            out.println(row);
        }
    }

    private static String cell(String format, double value) {
        return " " + String.format(Locale.ROOT, format, value + 0.0) + " |";
    }

    private static List<Path> scenarios(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    private static Map<String, String[]> reference(Path file) throws IOException {
        Map<String, String[]> figures = new HashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split(",", -1);
                figures.put(fields[0], fields);
            }
        }
        return figures;
    }
}

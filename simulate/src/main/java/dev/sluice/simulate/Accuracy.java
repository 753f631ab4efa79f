package dev.sluice.simulate;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The table of docs/accuracy.md: every scenario of the library, beside the plain design and the reference. */
final class Accuracy {
    private static final int SEEDS = 5;
    private static final String REFERENCE = "reference.csv";
    /** What the reference's figures are of, in the order of its columns. */
    private static final List<Column> COLUMNS = List.of(
            new Column("worst second over, %", Outcome::worstSecondOverPercent),
            new Column("rate error, %", Outcome::rateErrorPercent),
            new Column("unused, %", Outcome::unusedMeanPercent),
            new Column("rejected, %", Outcome::rejectedPercent));

    private record Column(String title, ToDoubleFunction<Outcome> figure) {}

    private Accuracy() {}

    /** Prints the table, a line at a time. */
    static void print(Path folder, PrintStream out) throws IOException, BadScenarioException {
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
            List<Outcome> ours = runs(scenario);
            List<Outcome> plain = runs(scenario.withMeter(MeterAlgorithm.SEED));
            StringBuilder row = new StringBuilder("| ").append(name).append(" |");
            String[] figures = reference.getOrDefault(name, new String[0]);
            for (int i = 0; i < COLUMNS.size(); i++) {
                ToDoubleFunction<Outcome> figure = COLUMNS.get(i).figure;
                String of = i + 1 < figures.length ? figures[i + 1] : "";
                row.append(cell("**%.2f**", median(ours, figure)));
                row.append(cell("%.2f", median(plain, figure)));
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

    private static List<Outcome> runs(Scenario scenario) {
        return IntStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> Simulation.run(scenario.withSeed(seed)))
                .toList();
    }

    private static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
        double[] sorted = outcomes.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** A limit with another meter. */
    static Limit with(Limit limit, MeterAlgorithm meter) {
        if (!(limit instanceof RateLimit before)) {
            return limit;
        }
        RateAlgorithm algorithm = RateAlgorithm.of(meter, Math.max(1, limit.capacity()));
        LimitRate rate = new LimitRate(
                limit.amount(),
                limit.periodNanos(),
                algorithm,
                algorithm.supported(before.rate().sharing()));
        return limit instanceof ByteRateLimit ? ByteRateLimit.of(rate) : new OperationRateLimit(rate, limit.onExceed());
    }
}

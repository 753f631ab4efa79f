package dev.sluice.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A report in Markdown: facts, ratios, then the medians behind them. */
public final class BenchmarkReport {
    private final StringBuilder text = new StringBuilder();

    public BenchmarkReport(String title, List<String> facts) {
        text.append("### ").append(title).append("\n\n");
        facts.forEach(fact -> text.append("- ").append(fact).append('\n'));
    }

    /**
     * A ratio of two proxies.
     *
     * @param of dividend
     * @param by divisor
     */
    public record Ratio(String of, String by) {}

    /** Adds a table with a column for each ratio: median and quartiles over the rounds. */
    public BenchmarkReport ratios(RoundResults results, List<Ratio> ratios) {
        List<String> heads = new ArrayList<>(List.of("ratio: median (quartiles)"));
        ratios.forEach(ratio -> heads.add(ratio.of + " / " + ratio.by));
        MarkdownTable table = new MarkdownTable(heads);
        for (MeasuredQuantity measure : results.measures()) {
            List<Optional<Quartiles>> cells = ratios.stream()
                    .map(ratio -> results.ratio(measure, ratio.of, ratio.by))
                    .toList();
            if (cells.stream().anyMatch(Optional::isPresent)) {
                List<String> row = new ArrayList<>(List.of(measure.title()));
                cells.forEach(cell -> row.add(cell.map(Quartiles::text).orElse("")));
                table.row(row);
            }
        }
        text.append('\n').append(table.text());
        return this;
    }

    /** Adds a table with a column for each proxy: the median over the rounds. */
    public BenchmarkReport medians(RoundResults results) {
        List<String> heads = new ArrayList<>(List.of("median", "unit"));
        heads.addAll(results.subjects());
        MarkdownTable table = new MarkdownTable(heads);
        for (MeasuredQuantity measure : results.measures()) {
            List<String> row = new ArrayList<>(List.of(measure.title(), measure.unit()));
            for (String subject : results.subjects()) {
                row.add(results.of(measure, subject)
                        .map(quartiles -> measure.text(quartiles.median()))
                        .orElse(""));
            }
            table.row(row);
        }
        text.append('\n').append(table.text());
        return this;
    }

    /** Adds any other table. */
    public BenchmarkReport table(MarkdownTable table) {
        text.append('\n').append(table.text());
        return this;
    }

    /** Prints the report, and writes it to a file if one is given. */
    public void publish(Optional<Path> markdown) throws IOException {
        System.out.print("\n" + text);
        if (markdown.isPresent()) {
            Files.writeString(markdown.get(), text);
            System.out.println("\nwritten to " + markdown.get());
        }
    }
}

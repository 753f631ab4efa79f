package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A report in Markdown: the head, the ratios, then the medians that they came from. */
final class Report {
    private final StringBuilder text = new StringBuilder();

    Report(String title, List<String> facts) {
        text.append("### ").append(title).append("\n\n");
        facts.forEach(fact -> text.append("- ").append(fact).append('\n'));
    }

    /**
     * A ratio to be told.
     *
     * @param of divided
     * @param by divisor
     */
    record Ratio(String of, String by) {}

    /** A column for each ratio: median and quartiles over the rounds. */
    Report ratios(Results results, List<Ratio> ratios) {
        List<String> heads = new ArrayList<>(List.of("ratio: median (quartiles)"));
        ratios.forEach(ratio -> heads.add(ratio.of + " / " + ratio.by));
        Table table = new Table(heads);
        for (Measure measure : results.measures()) {
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

    /** A column for each subject: the median over the rounds. */
    Report medians(Results results) {
        List<String> heads = new ArrayList<>(List.of("median", "unit"));
        heads.addAll(results.subjects());
        Table table = new Table(heads);
        for (Measure measure : results.measures()) {
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

    /** A table of another shape. */
    Report table(Table table) {
        text.append('\n').append(table.text());
        return this;
    }

    /** Prints it, and writes it where it is asked for. */
    void publish(Optional<Path> markdown) throws IOException {
        System.out.print("\n" + text);
        if (markdown.isPresent()) {
            Files.writeString(markdown.get(), text);
            System.out.println("\nwritten to " + markdown.get());
        }
    }
}

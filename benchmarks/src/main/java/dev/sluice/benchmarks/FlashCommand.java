package dev.sluice.benchmarks;

import dev.sluice.benchmarks.flash.FlashRun;
import dev.sluice.benchmarks.flash.FlashRun.Flash;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.MarkdownTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench flash}: how far idle sidecars exceed a limit when many times as much is asked for at once. */
@Command(
        name = "flash",
        description = "The fullest second of a flash on idle sidecars that share a limit, as processes.",
        mixinStandardHelpOptions = true)
final class FlashCommand implements Callable<Integer> {
    @Option(names = "--sidecars", paramLabel = "N", description = "How many (${DEFAULT-VALUE})")
    private int sidecars = 2;

    @Option(names = "--limits", split = ",", paramLabel = "L", description = "Operations a second (200,2000)")
    private List<Integer> limits = List.of(200, 2_000);

    @Option(names = "--times", paramLabel = "X", description = "Multiples of the limit (${DEFAULT-VALUE})")
    private double times = 10;

    @Option(names = "--runs", paramLabel = "N", description = "Flashes that count (${DEFAULT-VALUE})")
    private int runs = 5;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of each flash (${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    @Override
    public Integer call() throws Exception {
        MarkdownTable table = new MarkdownTable(
                List.of("limit", "sidecars", "sent/s", "fullest second over the limit, %", "each flash", "admitted/s"));
        for (int limit : limits) {
            List<Flash> flashes = new FlashRun(Bench.home(), sidecars, limit, times, runs, seconds).run();
            table.row(List.of(
                    limit + "/s",
                    Integer.toString(sidecars),
                    String.format(Locale.ROOT, "%.0f", median(flashes.stream().map(Flash::sentPerSecond))),
                    number(median(flashes.stream().map(Flash::worstSecondOverPercent))),
                    flashes.stream()
                            .map(flash -> number(flash.worstSecondOverPercent()))
                            .collect(Collectors.joining(" ")),
                    String.format(Locale.ROOT, "%.0f", median(flashes.stream().map(Flash::admittedPerSecond)))));
        }
        new BenchmarkReport("sluice bench flash", MachineFacts.lines())
                .table(table)
                .publish(markdown);
        return Bench.OK;
    }

    private static String number(double percent) {
        return String.format(Locale.ROOT, "%+.1f", percent);
    }

    private static double median(Stream<Double> figures) {
        List<Double> sorted = figures.sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}

package dev.sluice.benchmarks;

import dev.sluice.benchmarks.bus.ChargeDelayRun;
import dev.sluice.benchmarks.bus.ChargeDelayRun.ChargeDelayResult;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.MarkdownTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench delay}: when an operation of one sidecar is charged on another. */
@Command(
        name = "delay",
        description = "From an admission on one sidecar to its charge on another: by the histogram, and timed.",
        mixinStandardHelpOptions = true)
final class DelayCommand implements Callable<Integer> {
    private static final long NANOS_PER_MILLI = 1_000_000;

    @Option(names = "--interval", paramLabel = "MS", description = "sync.interval, milliseconds (${DEFAULT-VALUE})")
    private int intervalMillis = 100;

    @Option(names = "--seconds", paramLabel = "N", description = "How long requests come (${DEFAULT-VALUE})")
    private int seconds = 30;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    @Override
    public Integer call() throws Exception {
        ChargeDelayResult result = ChargeDelayRun.run(intervalMillis * NANOS_PER_MILLI, seconds);
        MarkdownTable table = new MarkdownTable(List.of("", "by the histogram", "timed"));
        for (double part : new double[] {0.5, 0.9, 0.99, 1}) {
            table.row(List.of(
                    String.format(Locale.ROOT, "%.0f %%", 100 * part),
                    millis(result.shown().quantileNanos(part)),
                    millis((double) result.timedQuantileNanos(part))));
        }
        new BenchmarkReport("sluice bench delay", MachineFacts.lines())
                .table(table)
                .publish(markdown);
        System.err.println(
                result.timedNanos().size() + " operations, " + result.shown().unknown() + " of unknown delay");
        return Bench.OK;
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
    }
}

package dev.sluice.benchmarks;

import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.MarkdownTable;
import dev.sluice.benchmarks.times.CrowdRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench ports}: how long a probe takes while the ports of a sidecar are crowded. */
@Command(
        name = "ports",
        description = "How long /healthz takes while the ports of a sidecar are crowded.",
        mixinStandardHelpOptions = true)
final class PortsCommand implements Callable<Integer> {
    @Option(names = "--keys", paramLabel = "N", description = "Access keys in use (${DEFAULT-VALUE})")
    private int keys = 100_000;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of each situation (${DEFAULT-VALUE})")
    private int seconds = 10;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    @Override
    public Integer call() throws Exception {
        MarkdownTable table = new MarkdownTable(List.of("meanwhile", "probes", "median", "99 % within", "slowest"));
        for (CrowdRun.Situation situation : new CrowdRun(Bench.home(), keys, seconds).run()) {
            table.row(List.of(
                    situation.what(),
                    Integer.toString(situation.probes().requests()),
                    millis(situation.probes().medianMillis()),
                    millis(situation.probes().percentile99Millis()),
                    millis(situation.probes().worstMillis())));
        }
        new BenchmarkReport("sluice bench ports", MachineFacts.lines())
                .table(table)
                .publish(markdown);
        return Bench.OK;
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.1f ms", value);
    }
}

package dev.sluice.benchmarks;

import dev.sluice.benchmarks.bus.BusCase;
import dev.sluice.benchmarks.bus.BusRun;
import dev.sluice.benchmarks.bus.LatencyHistogram;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.MarkdownTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench bus}: what sync costs one sidecar. */
@Command(
        name = "bus",
        description = "What sync costs one sidecar: bytes, processor time, duration of admissions.",
        mixinStandardHelpOptions = true)
final class BusCommand implements Callable<Integer> {
    private static final double MB = 1e6;

    @Option(names = "--peers", paramLabel = "N", split = ",", description = "Other sidecars (15)")
    private List<Integer> peers = List.of(15);

    @Option(
            names = "--subjects",
            paramLabel = "N",
            split = ",",
            description = "Users that are busy on each sidecar (10000)")
    private List<Integer> subjects = List.of(10_000);

    @Option(
            names = "--used",
            paramLabel = "PART",
            split = ",",
            description = "Of their limits that the cluster uses, above 0 to 1 (0.6,0.1)")
    private List<Double> used = List.of(0.6, 0.1);

    @Option(names = "--keys", description = "With keys: everything encrypted")
    private boolean keys;

    @Option(names = "--relay", description = "Measures a relay between the others")
    private boolean relay;

    @Option(names = "--seconds", paramLabel = "N", description = "Measured of each case (${DEFAULT-VALUE})")
    private int seconds = 15;

    @Option(names = "--warm-up", paramLabel = "N", description = "Seconds before each half of that (${DEFAULT-VALUE})")
    private int warmUpSeconds = 15;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    @Override
    public Integer call() throws Exception {
        List<String> facts = new ArrayList<>(MachineFacts.lines());
        facts.add((relay ? "A relay" : "One sidecar")
                + "; a second process imitates all others and sends encoded reports at the real rate; "
                + (keys ? "with keys" : "without keys") + "; " + seconds + " s measured in two halves, each after "
                + warmUpSeconds + " s");
        MarkdownTable table = new MarkdownTable(List.of(
                "load",
                "to each peer",
                "received",
                "entries/s",
                "lost",
                "publisher",
                "subscriber",
                "both",
                "ZeroMQ",
                "collector",
                "admit p50",
                "p99",
                "p99.9",
                "beside it p50",
                "p99",
                "p99.9",
                "rejected"));
        for (BusCase load : cases()) {
            System.err.println(load.title());
            table.row(row(load, BusRun.run(load, warmUpSeconds, seconds)));
        }
        facts.add("Load of the machine after the run, its own included: " + MachineFacts.load());
        new BenchmarkReport("sluice bench bus", facts).table(table).publish(markdown);
        return Bench.OK;
    }

    private List<BusCase> cases() {
        List<BusCase> cases = new ArrayList<>();
        for (int others : peers) {
            for (int count : subjects) {
                for (double part : count == 0 ? List.of(1.0) : used) {
                    BusCase.Role role = relay ? BusCase.Role.RELAY : BusCase.Role.SIDECAR;
                    cases.add(new BusCase(others, count, part, keys, role));
                }
            }
        }
        return cases;
    }

    private static List<String> row(BusCase load, BusRun.BusRunResult result) {
        return List.of(
                load.title(),
                text("%.3f MB/s", result.sentBytes() / MB / result.seconds()),
                text("%.2f MB/s", result.receivedBytes() / MB / result.seconds()),
                text("%,.0f", result.receivedEntries() / result.seconds()),
                Long.toString(result.lost()),
                percent(result.publisherPart()),
                percent(result.subscriberPart()),
                percent(result.publisherPart() + result.subscriberPart()),
                percent(result.ioPart()),
                percent(result.collectorPart()),
                nanos(result.exchanging(), 0.5),
                nanos(result.exchanging(), 0.99),
                nanos(result.exchanging(), 0.999),
                nanos(result.alone(), 0.5),
                nanos(result.alone(), 0.99),
                nanos(result.alone(), 0.999),
                Long.toString(result.rejected()));
    }

    private static String nanos(LatencyHistogram times, double part) {
        long nanos = times.quantileNanos(part);
        return nanos == 0 ? "" : nanos + " ns";
    }

    private static String percent(double part) {
        return text("%.1f %%", 100 * part);
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}

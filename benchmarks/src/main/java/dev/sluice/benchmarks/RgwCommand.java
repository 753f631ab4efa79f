package dev.sluice.benchmarks;

import dev.sluice.benchmarks.bed.HttpLoad;
import dev.sluice.benchmarks.bed.RgwBenchBed;
import dev.sluice.benchmarks.bed.RgwBenchBed.Processors;
import dev.sluice.benchmarks.bed.SystemCommand;
import dev.sluice.benchmarks.bed.Wrk;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.BenchmarkReport.Ratio;
import dev.sluice.benchmarks.report.MeasuredQuantity;
import dev.sluice.benchmarks.report.RoundResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code sluice bench rgw}: small keep-alive reads of a real radosgw, directly and through the sidecar, alternating. By
 * default radosgw delays each small response until the client's delayed acknowledgement. With {@code tcp_nodelay=1} it
 * does not, and the comparison shows the cost of the sidecar.
 */
@Command(
        name = "rgw",
        description = "A real radosgw, directly and through the sidecar: latency and throughput.",
        mixinStandardHelpOptions = true)
final class RgwCommand implements Callable<Integer> {
    private static final String DIRECT = "direct";
    private static final String SLUICE = "through sluice";
    private static final int CONNECTIONS = 16;
    private static final double WARM_UP_SECONDS = 5;

    @Option(names = "--rounds", paramLabel = "N", description = "How often everything is measured (${DEFAULT-VALUE})")
    private int rounds = 8;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long one load lasts, whole seconds (${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(names = "--quick", description = "2 rounds of 1 s: whether it works, not how fast it is")
    private boolean quick;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    private final RoundResults results = new RoundResults();

    @Override
    public Integer call() throws Exception {
        List<String> missing = SystemCommand.missing("taskset", "wrk", "radosgw", "ceph-mon", "ceph-osd");
        if (!missing.isEmpty()) {
            System.err.println("bench: missing: " + String.join(", ", missing)
                    + "; on Debian, root gets them by benchmarks/install.sh and it-tests/rgw/install.sh");
            return Bench.FAILED;
        }
        if (quick) {
            rounds = 2;
            seconds = 1;
        }
        List<String> facts = new ArrayList<>(MachineFacts.lines());
        facts.add(MachineFacts.version("radosgw", "--version"));
        facts.add(rounds + " rounds of " + seconds + " s for each; warmed up for " + (int) WARM_UP_SECONDS
                + " s; one radosgw, its data in memory. It and its OSD have one processor, sidecar and load the other;"
                + " 'processors shared': all have both");
        measure(false, Processors.APART, "radosgw as it comes");
        measure(true, Processors.APART, "radosgw with tcp_nodelay");
        measure(true, Processors.SHARED, "radosgw with tcp_nodelay, processors shared");
        facts.add("Load of the machine after the run, its own included: " + MachineFacts.load());
        new BenchmarkReport("sluice bench rgw", facts)
                .ratios(results, List.of(new Ratio(SLUICE, DIRECT)))
                .medians(results)
                .publish(markdown);
        return Bench.OK;
    }

    private void measure(boolean isNodelay, Processors processors, String what)
            throws IOException, InterruptedException {
        System.err.println(what);
        try (RgwBenchBed bed = RgwBenchBed.start(Bench.home(), isNodelay, processors)) {
            measure(bed, what);
        }
    }

    private void measure(RgwBenchBed bed, String what) throws IOException, InterruptedException {
        load(bed.wrk(), bed.sidecarAddress(), bed.load(CONNECTIONS), WARM_UP_SECONDS);
        MeasuredQuantity latency = new MeasuredQuantity("median latency, 1 connection, " + what, "ms", 2);
        MeasuredQuantity throughput =
                new MeasuredQuantity("throughput, " + CONNECTIONS + " connections, " + what, "requests/s", 0);
        for (int round = 0; round < rounds; round++) {
            List<String> order = round % 2 == 0 ? List.of(DIRECT, SLUICE) : List.of(SLUICE, DIRECT);
            for (String subject : order) {
                String address = subject.equals(DIRECT) ? bed.directAddress() : bed.sidecarAddress();
                Wrk.WrkResult one = load(bed.wrk(), address, bed.load(1), seconds);
                results.add(latency, round, subject, one.medianMicros() / 1e3);
                Wrk.WrkResult many = load(bed.wrk(), address, bed.load(CONNECTIONS), seconds);
                results.add(throughput, round, subject, many.requestsPerSecond());
            }
        }
    }

    private static Wrk.WrkResult load(Wrk wrk, String address, HttpLoad load, double seconds)
            throws IOException, InterruptedException {
        Wrk.WrkResult result = wrk.run(address, load, seconds);
        if (result.broken() > 0 || result.refused() > 0) {
            throw new IOException(address + " answers wrongly: " + result);
        }
        return result;
    }
}

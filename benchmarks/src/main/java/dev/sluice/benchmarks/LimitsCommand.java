package dev.sluice.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.MarkdownTable;
import dev.sluice.benchmarks.times.ReloadRun;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench limits}: what a large limits file costs, in time to load it and in heap. */
@Command(
        name = "limits",
        description = "Time and heap that a limits file takes, and how long requests take while it is reloaded.",
        mixinStandardHelpOptions = true)
final class LimitsCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;
    /** So many are kept to measure one: what else is in the heap comes and goes. */
    private static final int KEPT_POLICIES = 8;

    @Option(names = "--entries", paramLabel = "N", split = ",", description = "Entries of the file (1000,10000,100000)")
    private List<Integer> entries = List.of(1_000, 10_000, 100_000);

    @Option(names = "--rounds", paramLabel = "N", description = "Times that each file is loaded (${DEFAULT-VALUE})")
    private int rounds = 7;

    @Option(
            names = "--reloads",
            paramLabel = "N",
            description = "Reloads of a running sidecar for each kind of file; 0: none (${DEFAULT-VALUE})")
    private int reloads = 5;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    /** What the entries of a file are. */
    private enum EntryKind {
        KEYS("access keys, 10 a user", "access-keys", "  AKIA%2$016d = user%3$06d\n"),
        OWN_KEYS("access keys, one a user", "access-keys", "  AKIA%2$016d = user%2$06d\n"),
        USERS("users, two limits each", "users", "  user%2$06d { read-ops = %4$d/s, write-ops = 100/s }\n"),
        DISTINCT(
                "users, two limits each, all different",
                "users",
                "  user%2$06d { read-ops = %2$d/s, write-ops = %2$d/h }\n");

        private final String title;
        private final String section;
        private final String form;

        EntryKind(String title, String section, String form) {
            this.title = title;
            this.section = section;
            this.form = form;
        }

        String text(int count) {
            StringBuilder text = new StringBuilder("limits { " + section + " {\n");
            for (int i = 1; i <= count; i++) {
                text.append(String.format(Locale.ROOT, form, count, i, i / 10, 100 * (1 + i % 20)));
            }
            return text.append("} }\n").toString();
        }
    }

    @Override
    public Integer call() throws Exception {
        List<String> facts = new ArrayList<>(MachineFacts.lines());
        facts.add(
                "Each file is read from the disk and made a policy, " + rounds
                        + " times; the fastest. Processor: with collector and compilers. Kept: heap of the policy, after a collection");
        MarkdownTable table = new MarkdownTable(
                List.of("file", "entries", "MiB", "load", "processor", "an entry", "kept", "an entry", "allocated"));
        for (EntryKind kind : EntryKind.values()) {
            for (int count : entries) {
                table.row(row(kind, count));
            }
        }
        facts.add("Requests: a GET every 5 ms through a sidecar with the heap that it ships with, while its file of "
                + mostEntries() + " entries is replaced " + reloads
                + " times. A reload includes the time in which the file must not change");
        MarkdownTable delays = new MarkdownTable(List.of(
                "file of " + mostEntries(),
                "reload",
                "slowest request before",
                "slowest request meanwhile",
                "99 % within",
                "RSS"));
        if (reloads > 0) {
            for (EntryKind kind : EntryKind.values()) {
                delays.row(delayRow(kind));
            }
        }
        BenchmarkReport report = new BenchmarkReport("sluice bench limits", facts).table(table);
        (reloads > 0 ? report.table(delays) : report).publish(markdown);
        return Bench.OK;
    }

    private int mostEntries() {
        return entries.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private List<String> delayRow(EntryKind kind) throws Exception {
        String text = kind.text(mostEntries());
        // each round means something else: only then it comes into force
        ReloadRun.Reloads measured = new ReloadRun(Bench.home(), reloads)
                .run(round -> text + "limits { each-bucket { read-ops = " + (1_000_000 + round) + "/s } }\n");
        return List.of(
                kind.title,
                text("%.1f s", measured.reloadSeconds()),
                text("%.1f ms", measured.quiet().worstMillis()),
                text("%.1f ms", measured.reloading().worstMillis()),
                text("%.1f ms", measured.reloading().percentile99Millis()),
                measured.peakMib() + " MiB");
    }

    private List<String> row(EntryKind kind, int count) throws Exception {
        Path file = Files.createTempFile("sluice-limits", ".conf");
        try {
            Files.write(file, kind.text(count).getBytes(StandardCharsets.UTF_8));
            LoadTime best = best(file);
            long allocatedBefore = allocatedBytes();
            List<PolicySnapshot> policies = new ArrayList<>(List.of(load(file)));
            long allocated = allocatedBytes() - allocatedBefore;
            long usedBefore = usedBytes();
            for (int i = 0; i < KEPT_POLICIES; i++) {
                policies.add(load(file));
            }
            long kept = (usedBytes() - usedBefore) / KEPT_POLICIES;
            // keeps the policies alive up to here
            String size = text("%.1f", Files.size(file) / MIB + 0 * policies.size());
            return List.of(
                    kind.title,
                    Integer.toString(count),
                    size,
                    text("%.0f ms", best.elapsedNanos() / 1e6),
                    text("%.0f ms", best.processorNanos() / 1e6),
                    text("%.1f µs", best.processorNanos() / 1e3 / count),
                    text("%.1f MiB", kept / MIB),
                    text("%.0f bytes", (double) kept / count),
                    text("%.0f MiB", allocated / MIB));
        } finally {
            Files.delete(file);
        }
    }

    /** Of the fastest load, which other processes of this machine disturb least. */
    private record LoadTime(long elapsedNanos, long processorNanos) {}

    /** In a method of its own: no policy stays on its frame. */
    private LoadTime best(Path file) {
        long elapsedNanos = Long.MAX_VALUE;
        long processorNanos = Long.MAX_VALUE;
        for (int i = 1; i < rounds; i++) {
            long beganNanos = System.nanoTime();
            long processorBefore = processorNanos();
            var unused = load(file);
            elapsedNanos = Math.min(elapsedNanos, System.nanoTime() - beganNanos);
            processorNanos = Math.min(processorNanos, processorNanos() - processorBefore);
        }
        return new LoadTime(elapsedNanos, processorNanos);
    }

    /** Of this process, with its collector and compilers. */
    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static PolicySnapshot load(Path file) {
        PolicyLayer layer = LimitsFile.read(file)
                .value()
                .orElseThrow(() -> new IllegalStateException("the file doesn't fit into the heap"));
        return PolicyMerger.merge(List.of(layer));
    }

    private static long usedBytes() {
        // what the first one leaves to other threads to release, the second one collects
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}

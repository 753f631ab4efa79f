package dev.sluice.benchmarks;

import dev.sluice.benchmarks.bed.RunFolder;
import dev.sluice.benchmarks.bed.RunPlacement;
import dev.sluice.benchmarks.bed.SidecarLaunch.Variant;
import dev.sluice.benchmarks.bed.SystemCommand;
import dev.sluice.benchmarks.quota.GubernatorSubject;
import dev.sluice.benchmarks.quota.HttpQuotaSubject;
import dev.sluice.benchmarks.quota.QuotaCase;
import dev.sluice.benchmarks.quota.QuotaComparison;
import dev.sluice.benchmarks.quota.QuotaSubject;
import dev.sluice.benchmarks.quota.RedisQuotaSubject;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.BenchmarkReport.Ratio;
import dev.sluice.benchmarks.report.RoundResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench quota}: the quota service beside others, each on one processor. */
@Command(
        name = "quota",
        description = "The quota service beside a script in Redis, and beside Gubernator and QMS where they are given.",
        mixinStandardHelpOptions = true)
final class QuotaCommand implements Callable<Integer> {
    private static final String SLUICE = "sluice";

    @Option(names = "--rounds", paramLabel = "N", description = "How often everything is measured (${DEFAULT-VALUE})")
    private int rounds = 8;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long one load lasts, whole seconds (${DEFAULT-VALUE})")
    private int seconds = 4;

    @Option(names = "--warm-up", paramLabel = "N", description = "Seconds of each call before all (${DEFAULT-VALUE})")
    private int warmUpSeconds = 10;

    @Option(names = "--only", paramLabel = "CASE", split = ",", description = "Of allow, view, batch, alloc")
    private List<String> only = List.of();

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description =
                    "Where allocations are kept, on the disk that is to be measured (the folder for temporary files)")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--gubernator", paramLabel = "FILE", description = "Gubernator's binary")
    private Optional<Path> gubernator = Optional.empty();

    @Option(
            names = "--beside",
            paramLabel = "NAME=PID@HOST:PORT",
            description = "A running service with QMS's paths, which has the quotas bench/calls")
    private Map<String, String> beside = new LinkedHashMap<>();

    @Option(
            names = "--checkout",
            paramLabel = "NAME=FOLDER",
            description = "A further Sluice, from another source tree")
    private Map<String, Path> checkouts = new LinkedHashMap<>();

    @Option(names = "--quick", description = "2 rounds of 1 s: whether it works, not how fast it is")
    private boolean quick;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    @Override
    public Integer call() throws Exception {
        List<String> missing = SystemCommand.missing("taskset", "wrk", "redis-server", "redis-benchmark", "redis-cli");
        if (SystemCommand.missing("taskset", "wrk").size() + Math.max(0, 2 - processors()) > 0) {
            System.err.println("bench: needs taskset, wrk and two processors; on Debian, root gets the programs by"
                    + " benchmarks/install.sh");
            return Bench.FAILED;
        }
        for (String running : beside.values()) {
            if (!running.matches("\\d+@.+:\\d+")) {
                System.err.println("bench: --beside: NAME=PID@HOST:PORT is needed, not " + running);
                return CommandLine.ExitCode.USAGE;
            }
        }
        if (quick) {
            rounds = 2;
            seconds = 1;
            warmUpSeconds = 2;
        }
        List<String> facts = new ArrayList<>(MachineFacts.lines());
        facts.add(rounds + " rounds of " + seconds + " s for each call and service; warmed up for " + warmUpSeconds
                + " s; each service has one processor, the load the other; 16 connections, alloc 64");
        if (missing.isEmpty()) {
            facts.add(MachineFacts.version("redis-server", "--version"));
        } else {
            facts.add("Redis is left out: missing are " + String.join(", ", missing));
        }
        Path folder = Files.createTempDirectory("sluice-bench-quota-");
        List<QuotaSubject> subjects = new ArrayList<>();
        try {
            start(subjects, folder, missing.isEmpty());
            RoundResults results =
                    new QuotaComparison(subjects, QuotaCase.named(only)).run(rounds, seconds, warmUpSeconds);
            facts.add("Load of the machine after the run, its own included: " + MachineFacts.load());
            List<Ratio> ratios = subjects.stream()
                    .filter(subject -> !subject.name().equals(SLUICE))
                    .map(subject -> new Ratio(SLUICE, subject.name()))
                    .toList();
            new BenchmarkReport("sluice bench quota", facts)
                    .ratios(results, ratios)
                    .medians(results)
                    .publish(markdown);
            return Bench.OK;
        } finally {
            subjects.forEach(QuotaSubject::close);
            RunFolder.remove(folder);
        }
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    private void start(List<QuotaSubject> subjects, Path folder, boolean hasRedis) throws Exception {
        RunPlacement place = RunPlacement.random();
        Path allocations = data.orElse(folder).resolve("allocations");
        subjects.add(HttpQuotaSubject.start(folder, place, 0, new Variant(SLUICE, Bench.home(), ""), allocations));
        int slot = 1;
        for (Map.Entry<String, Path> each : checkouts.entrySet()) {
            Variant variant = new Variant(each.getKey(), each.getValue().toAbsolutePath(), "");
            subjects.add(HttpQuotaSubject.start(folder, place, slot++, variant, allocations));
        }
        if (hasRedis) {
            subjects.add(RedisQuotaSubject.start(folder, place));
        }
        if (gubernator.isPresent()) {
            subjects.add(GubernatorSubject.start(folder, place, gubernator.get()));
        }
        for (Map.Entry<String, String> each : beside.entrySet()) {
            int at = each.getValue().indexOf('@');
            subjects.add(HttpQuotaSubject.running(
                    each.getKey(),
                    Long.parseLong(each.getValue().substring(0, at)),
                    each.getValue().substring(at + 1),
                    folder,
                    place));
        }
    }
}

package dev.sluice.benchmarks;

import dev.sluice.benchmarks.bed.HttpBed;
import dev.sluice.benchmarks.bed.SidecarLaunch.Variant;
import dev.sluice.benchmarks.bed.SystemCommand;
import dev.sluice.benchmarks.http.HttpCase;
import dev.sluice.benchmarks.http.HttpComparison;
import dev.sluice.benchmarks.report.BenchmarkReport;
import dev.sluice.benchmarks.report.BenchmarkReport.Ratio;
import dev.sluice.benchmarks.report.RoundResults;
import dev.sluice.policy.identity.VerifyMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice bench http}: Sluice side by side with HAProxy and nginx. */
@Command(
        name = "http",
        description = "Sluice side by side with HAProxy and nginx: processor time, latency, memory, start.",
        mixinStandardHelpOptions = true)
final class HttpCommand implements Callable<Integer> {
    private static final String SLUICE = "sluice";
    private static final String HAPROXY = "haproxy";

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often every case of every proxy is measured (${DEFAULT-VALUE})")
    private int rounds = 12;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long one load lasts, whole seconds (${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description =
                    "Seconds of the first case that Sluice gets before all, in three passes; others a third (${DEFAULT-VALUE})")
    private int warmUpSeconds = 24;

    @Option(
            names = "--only",
            paramLabel = "CASE",
            split = ",",
            description = "Of get-1k, get-4k, put-64k, reject, get-1m, get-64m, latency, start")
    private List<String> only = List.of();

    @Option(names = "--quick", description = "2 rounds of 1 s: whether it works, not how fast it is")
    private boolean quick;

    @Option(
            names = "--variant",
            paramLabel = "NAME=OPTIONS",
            description = "A further Sluice, with these JVM options behind the shipped ones")
    private Map<String, String> variants = new LinkedHashMap<>();

    @Option(
            names = "--checkout",
            paramLabel = "NAME=FOLDER",
            description = "A further Sluice, from another source tree")
    private Map<String, Path> checkouts = new LinkedHashMap<>();

    @Option(
            names = "--java",
            paramLabel = "NAME=FOLDER",
            description = "A further Sluice, run by the JDK in that folder")
    private Map<String, Path> javas = new LinkedHashMap<>();

    @Option(
            names = "--verify",
            paramLabel = "MODE",
            split = ",",
            description =
                    "Further Sluices with identity.verify = MODE and known secrets, the last of which the others are"
                            + " compared with: signature,feedback,off")
    private List<String> verify = List.of();

    @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the report there, too")
    private Optional<Path> markdown = Optional.empty();

    @Override
    public Integer call() throws Exception {
        List<String> missing = SystemCommand.missing("taskset", "haproxy", "nginx", "wrk", "h2load");
        if (!missing.isEmpty()) {
            System.err.println("bench: missing: " + String.join(", ", missing)
                    + "; on Debian, root gets them by benchmarks/install.sh");
            return Bench.FAILED;
        }
        if (Runtime.getRuntime().availableProcessors() < 2) {
            System.err.println("bench: needs two processors, one for the load and one for the proxies");
            return Bench.FAILED;
        }
        for (Path java : javas.values()) {
            if (!Files.isExecutable(Path.of(program(java)))) {
                System.err.println("bench: --java: no JDK in " + java + ": there is no bin/java in it");
                return CommandLine.ExitCode.USAGE;
            }
        }
        for (String mode : verify) {
            if (mode(mode).isEmpty()) {
                System.err.println("bench: --verify: there is no mode " + mode + ": signature, feedback, off, auto");
                return CommandLine.ExitCode.USAGE;
            }
        }
        HttpComparison.Plan plan = plan();
        List<String> facts = new ArrayList<>(MachineFacts.lines());
        facts.add(MachineFacts.version("haproxy", "-v"));
        facts.add(MachineFacts.version("nginx", "-v"));
        facts.add(String.format(
                Locale.ROOT,
                "%d rounds of %.0f s for each case and proxy; warmed up for %.0f s",
                plan.rounds(),
                plan.secondsEach(),
                plan.warmUpSeconds()));
        variants.forEach((name, options) -> facts.add(name + ": sluice with " + options));
        for (Map.Entry<String, Path> java : javas.entrySet()) {
            facts.add(java.getKey() + ": sluice by " + MachineFacts.version(program(java.getValue()), "--version"));
        }
        RoundResults results;
        try (HttpBed bed = HttpBed.start(plan.variants())) {
            results = new HttpComparison(bed, plan).run();
        }
        facts.add("Load of the machine after the run, its own included: " + MachineFacts.load());
        new BenchmarkReport("sluice bench http", facts)
                .ratios(results, ratios())
                .medians(results)
                .publish(markdown);
        return Bench.OK;
    }

    private static String program(Path java) {
        return java.resolve("bin").resolve("java").toString();
    }

    private HttpComparison.Plan plan() {
        List<Variant> all = new ArrayList<>(List.of(new Variant(SLUICE, Bench.home(), "")));
        variants.forEach((name, options) -> all.add(new Variant(name, Bench.home(), options)));
        checkouts.forEach((name, folder) -> all.add(new Variant(name, folder.toAbsolutePath(), "")));
        javas.forEach((name, folder) ->
                all.add(new Variant(name, Bench.home(), "", Optional.of(folder.toAbsolutePath()), Optional.empty())));
        verifying().forEach(all::add);
        List<HttpCase> cases = HttpCase.named(only);
        return quick
                ? new HttpComparison.Plan(cases, all, 2, 1, 5, 3)
                : new HttpComparison.Plan(cases, all, rounds, seconds, warmUpSeconds, 10);
    }

    private static Optional<VerifyMode> mode(String key) {
        return Arrays.stream(VerifyMode.values())
                .filter(mode -> mode.key().equals(key))
                .findFirst();
    }

    private List<Variant> verifying() {
        return verify.stream()
                .flatMap(key -> mode(key).stream())
                .map(mode -> Variant.verifying(mode, Bench.home()))
                .toList();
    }

    private List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>(
                List.of(new Ratio(SLUICE, HAPROXY), new Ratio(SLUICE, "haproxy-splice"), new Ratio(SLUICE, "nginx")));
        variants.keySet().forEach(name -> ratios.add(new Ratio(name, SLUICE)));
        checkouts.keySet().forEach(name -> ratios.add(new Ratio(name, SLUICE)));
        javas.keySet().forEach(name -> ratios.add(new Ratio(name, SLUICE)));
        List<Variant> verifying = verifying();
        for (int i = 0; i < verifying.size() - 1; i++) {
            ratios.add(new Ratio(
                    verifying.get(i).name(), verifying.get(verifying.size() - 1).name()));
        }
        return ratios;
    }
}

package dev.sluice.benchmarks;

import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice bench jmh}: parts of the request path, each alone: time and allocation. */
@Command(
        name = "jmh",
        description = "Parts of the request path, each alone: time and allocation an operation.",
        mixinStandardHelpOptions = true)
final class JmhCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "FILTER",
            description = "A regular expression that the benchmarks' names must contain")
    private String filter = ".";

    @Option(names = "--quick", description = "One fork, short iterations: whether it works, not how fast it is")
    private boolean quick;

    @Option(
            names = "-p",
            paramLabel = "NAME=VALUE[,VALUE...]",
            description = "only these values of a parameter; may be repeated, as -p keys=1,1000 -p limiter=sluice")
    private Map<String, String> parameters = Map.of();

    @Override
    public Integer call() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("dev\\.sluice\\.benchmarks\\.jmh\\..*(?:" + filter + ")")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                // The garbage collector of the sidecar.
                .jvmArgs("-Xmx3g", "-XX:+UseSerialGC")
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? 2 : 5)
                .measurementIterations(quick ? 2 : 5)
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1));
        parameters.forEach((name, values) -> options.param(name, values.split(",", -1)));
        try {
            new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            System.err.println("bench: no benchmark's name contains " + filter);
            return CommandLine.ExitCode.USAGE;
        }
        return Bench.OK;
    }
}

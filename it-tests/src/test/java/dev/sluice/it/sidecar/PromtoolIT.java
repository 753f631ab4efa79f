package dev.sluice.it.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool finds nothing wrong with the rules in deploy/, their tests, and the metrics of a sidecar. */
class PromtoolIT {
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
    private static final Pattern TEST = Pattern.compile("(?m)^ +- name: (\\w+) (fires|stays quiet)$");

    @TempDir
    private static Path folder;

    private static String program;

    @BeforeAll
    static void install() {
        Prerequisite.require(Files.exists(Path.of("/etc/debian_version")), "promtool comes from Debian's package");
        var install = ShellCommand.of(
                        SourceTree.path("it-tests/clients/install.sh").toString(), "promtool")
                .within(Duration.ofMinutes(10))
                .run();
        Prerequisite.require(install.exit() == 0, "promtool cannot be installed: " + install.output());
        program = install.output().strip().replaceFirst("(?s).*\n", "");
    }

    private static String deployed(String name) {
        return SourceTree.path("deploy/prometheus/" + name).toString();
    }

    @Test
    void rules_areClean() {
        ShellCommand.of(program, "check", "rules", "--lint-fatal", deployed("sluice.rules.yml"))
                .output();
    }

    @Test
    void alerts_fireWhenTheyShouldAndOnlyThen() {
        ShellCommand.of(program, "test", "rules", deployed("sluice.test.yml")).output();
    }

    @Test
    void everyAlert_hasATestThatFiresItAndOneThatDoesNot() throws Exception {
        Set<String> wanted = ALERT.matcher(Files.readString(Path.of(deployed("sluice.rules.yml"))))
                .results()
                .map(alert -> alert.group(1))
                .flatMap(name -> Set.of(name + " fires", name + " stays quiet").stream())
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> tested = TEST.matcher(Files.readString(Path.of(deployed("sluice.test.yml"))))
                .results()
                .map(MatchResult::group)
                .map(line -> line.replaceFirst(".*- name: ", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(tested).isEqualTo(wanted);
    }

    @Test
    void metricsOfASidecar_areClean() throws Exception {
        // Nothing listens there: requests fail, and are counted.
        URI gateway = URI.create("http://127.0.0.1:9");
        try (SidecarProcess sidecar = SidecarSetup.before(gateway).start()) {
            WireHttpClient.get(sidecar.s3().resolve("/bucket/key"));
            String metrics =
                    WireHttpClient.get(sidecar.admin().resolve("/metrics")).body();
            Path file = Files.writeString(folder.resolve("metrics"), metrics);

            ShellCommand.of("bash", "-c", program + " check metrics < " + file).output();
        }
    }
}

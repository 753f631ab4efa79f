package dev.sluice.it.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.net.StubGateway;
import dev.sluice.it.harness.net.WireHttpClient;
import dev.sluice.it.harness.process.OrphanGuard;
import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ProcessOutput;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package, unpacked beside the system: nothing is installed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebianPackageIT {
    private static final Path SCRIPTS = SourceTree.path("packaging/deb");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z-]+)  ");

    @TempDir
    static Path folder;

    private Path first;
    private Path tree;
    private Gateway gateway;

    /** Serves everything. */
    private static final class Gateway extends StubGateway {
        Gateway() throws IOException {
            open();
        }

        @Override
        protected void respond(String head, OutputStream out) throws IOException {
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }

    @BeforeAll
    void build() throws Exception {
        Prerequisite.require(ShellCommand.of("dpkg-deb", "--version").run().exit() == 0, "no dpkg-deb");
        // Readable by the user that the sidecar runs as.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        first = buildIn("first");
        tree = folder.resolve("tree");
        ShellCommand.of("dpkg-deb", "-x", first.toString(), tree.toString()).output();
        gateway = new Gateway();
    }

    @AfterAll
    void close() throws Exception {
        if (gateway != null) {
            gateway.close();
        }
    }

    private Path buildIn(String name) {
        String built = ShellCommand.of(
                        SCRIPTS.resolve("build.sh").toString(),
                        SidecarProcess.jar().toString(),
                        folder.resolve(name).toString())
                .within(Duration.ofMinutes(3))
                .output();
        return Path.of(built.strip());
    }

    @Test
    void package_isTheSameBytes_whenItIsBuiltAgain() throws Exception {
        assertThat(Files.mismatch(first, buildIn("second"))).isEqualTo(-1);
    }

    @Test
    void package_namesItsSettingsAsConffiles_andItsDependencies() {
        String control =
                ShellCommand.of("dpkg-deb", "-I", first.toString(), "control").output();
        String conffiles =
                ShellCommand.of("dpkg-deb", "-I", first.toString(), "conffiles").output();

        assertThat(control).contains("Package: sluice\n", "java17-runtime-headless");
        assertThat(conffiles.lines()).containsExactly("/etc/sluice/sluice.conf", "/etc/sluice/limits.conf");
        assertThat(tree.resolve("etc/sluice/sluice.conf")).exists();
        assertThat(tree.resolve("etc/sluice/limits.conf")).exists();
    }

    @Test
    void settings_asTheyAreInstalled_haveNoFault() {
        String sluice = tree.resolve("usr/bin/sluice").toString();
        String settings = tree.resolve("etc/sluice/sluice.conf").toString();

        assertThat(ShellCommand.of(sluice, "check", "-c", settings).output()).doesNotContain("error");
        assertThat(ShellCommand.of(sluice, "check", "--help").output()).contains("/etc/sluice/sluice.conf");
    }

    @Test
    void command_thatNeedsTheSources_isRefused() {
        var result = ShellCommand.of(tree.resolve("usr/bin/sluice").toString(), "demo")
                .run();

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.output()).startsWith("sluice: demo needs the sources");
    }

    @Test
    void limit_isHeld_byAnUnprivilegedUser() throws Exception {
        Path own = Files.createDirectory(folder.resolve("own"));
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(own.resolve("limits.conf"), "limits { anonymous { read-ops = 3/h } }\n");
        Path settings = Files.writeString(
                own.resolve("sluice.conf"), """
                sluice {
                  listen.address = "127.0.0.1:0"
                  upstream.address = "%s"
                  sync.listen = "tcp://127.0.0.1:0"
                  admin.address = "127.0.0.1:0"
                }
                """.formatted(gateway.endpoint().getAuthority()));
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(tree.resolve("usr/bin/sluice").toString(), "proxy", "-c", settings.toString()));
        Process process = new ProcessBuilder(command)
                .directory(own.toFile())
                .redirectErrorStream(true)
                .start();
        OrphanGuard.watch(process);
        try {
            var output = new ProcessOutput(process);
            var port = URI.create(
                    "http://" + output.awaitReady(Duration.ofMinutes(1)).listen() + "/bucket/key");
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                statuses.add(WireHttpClient.get(port).status());
            }

            assertThat(statuses).as(output::text).containsExactly(200, 200, 200, 503, 503);
        } finally {
            process.destroy();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void completion_knowsEachCommand_andItsOptions() {
        String help = ShellCommand.of(tree.resolve("usr/bin/sluice").toString(), "--help")
                .output();
        var commands = new TreeSet<String>();
        COMMAND.matcher(help).results().forEach(found -> commands.add(found.group(1)));
        assertThat(commands).contains("proxy", "rgw-user");

        var completed = completions("sluice", "");
        completed.remove("--help");
        assertThat(completed).isEqualTo(commands);
        for (String command : commands) {
            var options = new TreeSet<String>();
            OPTION.matcher(ShellCommand.of(tree.resolve("usr/bin/sluice").toString(), command, "--help")
                            .output())
                    .results()
                    .forEach(found -> options.add(found.group()));
            assertThat(completions("sluice", command, "--")).as(command).isEqualTo(options);
        }
    }

    /** What bash offers for the last of these words. */
    private static TreeSet<String> completions(String... words) {
        String script = ". " + SCRIPTS.resolve("completion.bash") + "; COMP_WORDS=(" + quoted(words) + "); COMP_CWORD="
                + (words.length - 1) + "; _sluice; printf '%s\\n' \"${COMPREPLY[@]}\"";
        return new TreeSet<>(Arrays.asList(
                ShellCommand.of("bash", "-c", script).output().strip().split("\\s+")));
    }

    private static String quoted(String... words) {
        return "'" + String.join("' '", words) + "'";
    }

    @Test
    void manual_describesEachCommand() throws Exception {
        String manual = ShellCommand.of(
                        "zcat", tree.resolve("usr/share/man/man1/sluice.1.gz").toString())
                .output();

        assertThat(manual).contains(".SS proxy", ".SS rgw\\-user", "/etc/sluice/sluice.conf", ".SH EXIT STATUS");
    }

    @Test
    void service_isSandboxed() {
        Prerequisite.require(
                ShellCommand.of("systemd-analyze", "--version").run().exit() == 0, "no systemd-analyze");
        String unit = SCRIPTS.resolve("sluice.service").toString();

        // Of 10; in tenths.
        ShellCommand.of("systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", unit)
                .output();
        assertThat(ShellCommand.of("systemd-analyze", "verify", "--man=no", unit)
                        .run()
                        .output()
                        .lines())
                .allMatch(line -> line.contains("/usr/bin/sluice is not executable"));
    }
}

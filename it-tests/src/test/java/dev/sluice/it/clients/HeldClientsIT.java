package dev.sluice.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.harness.sidecar.AdminPort;
import dev.sluice.it.harness.sidecar.SidecarProcess;
import dev.sluice.it.harness.sidecar.SidecarSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients with their default retries that have more to do than a limit of 50 operations a second has room for: where
 * requests wait, they finish, and lose nothing.
 */
class HeldClientsIT {
    private static final int FILES = 150;

    @TempDir
    Path folder;

    private S3Backend backend;
    private SidecarProcess sidecar;

    @BeforeEach
    void start() {
        Prerequisite.require(Files.exists(Path.of("/etc/debian_version")), "the clients come from Debian");
        var install = ShellCommand.of(
                        SourceTree.path("it-tests/clients/install.sh").toString())
                .within(Duration.ofMinutes(10))
                .run();
        Prerequisite.require(install.exit() == 0, "the clients cannot be installed: " + install.output());
        backend = S3Backend.best();
        var limits = """
                defaults { on-exceed = wait }
                each-user { read-ops = 50/s, write-ops = 50/s }
                access-keys { %s = alice }
                """.formatted(backend.alice().accessKey());
        sidecar = SidecarSetup.before(backend.endpoints().get(0)).limits(limits).start();
    }

    @AfterEach
    void stop() {
        if (sidecar != null) {
            sidecar.close();
        }
        if (backend != null) {
            backend.close();
        }
    }

    @Test
    void awscliSync_upAndDown_losesNothing() throws IOException {
        var aws = List.of("/usr/bin/aws", "--endpoint-url", sidecar.s3().toString(), "s3");
        synchronise(DebianClient.boto3Environment(backend.alice(), folder), aws, "held-aws");
    }

    @Test
    void s3cmdSync_upAndDown_losesNothing() throws IOException {
        var client = DebianClient.s3cmd(backend.alice(), sidecar.s3());
        var conf = Files.writeString(folder.resolve("conf"), client.conf());
        var s3cmd = List.of("/usr/bin/s3cmd", "-q", "-c", conf.toString());
        synchronise(Map.of("HOME", folder.toString(), "PATH", "/usr/bin:/bin"), s3cmd, "held-s3cmd");
    }

    @Test
    void boto3_withEightThreads_losesNothing() {
        var output = ShellCommand.of(
                        "/usr/bin/python3",
                        SourceTree.path("it-tests/clients/many_objects.py").toString(),
                        sidecar.s3().toString(),
                        "held-boto3",
                        Integer.toString(FILES))
                .onlyWith(DebianClient.boto3Environment(backend.alice(), folder))
                .within(Duration.ofMinutes(5))
                .output();

        assertThat(output).endsWith("ok\n");
        assertSomeWereHeld();
    }

    private void synchronise(Map<String, String> environment, List<String> client, String bucket) throws IOException {
        var here = Files.createDirectory(folder.resolve("here"));
        var back = Files.createDirectory(folder.resolve("back"));
        for (int i = 0; i < FILES; i++) {
            Files.write(here.resolve("file-" + i), TestBytes.random(1_000 + i, i));
        }

        run(environment, client, "mb", "s3://" + bucket);
        run(environment, client, "sync", here + "/", "s3://" + bucket + "/");
        run(environment, client, "sync", "s3://" + bucket + "/", back + "/");

        for (int i = 0; i < FILES; i++) {
            assertThat(back.resolve("file-" + i)).hasSameBinaryContentAs(here.resolve("file-" + i));
        }
        assertSomeWereHeld();
    }

    private static void run(Map<String, String> environment, List<String> client, String... arguments) {
        var command = new ArrayList<>(client);
        command.addAll(List.of(arguments));
        ShellCommand.of(command.toArray(String[]::new))
                .onlyWith(environment)
                .within(Duration.ofMinutes(5))
                .output();
    }

    private void assertSomeWereHeld() {
        assertThat(AdminPort.usage(sidecar)).containsPattern("\"held\":[1-9]").contains("\"waiting_requests\":0");
    }
}

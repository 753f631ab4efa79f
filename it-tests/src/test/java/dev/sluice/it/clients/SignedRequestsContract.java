package dev.sluice.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.it.harness.process.Prerequisite;
import dev.sluice.it.harness.process.ShellCommand;
import dev.sluice.it.harness.process.SourceTree;
import dev.sluice.it.harness.s3.RgwRelease;
import dev.sluice.it.harness.s3.S3Backend;
import dev.sluice.it.harness.s3.TestBytes;
import dev.sluice.it.rgw.VerifyingSidecar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of today, with odd keys and queries, buckets in the path and in the host, presigned URLs, payloads signed and not:
 * what the gateway accepts, the sidecar has proven before, but for what has no signature of version 4 in its head.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SignedRequestsContract {
    private static final List<String> KEYS = List.of("plain", "a b+c/\u00fc%41", "q&x=1;y", "quote'<>!$()^~");

    @TempDir
    static Path folder;

    private final RgwRelease release;
    private Path packages;
    private VerifyingSidecar sidecar;
    private int others;

    SignedRequestsContract(RgwRelease release) {
        this.release = release;
    }

    @BeforeAll
    void start() {
        Prerequisite.require(Files.exists(Path.of("/etc/debian_version")), "the clients come by Debian's pip");
        var install = ShellCommand.of(
                        SourceTree.path("it-tests/clients/install.sh").toString(), "signers")
                .within(Duration.ofMinutes(10))
                .run();
        Prerequisite.require(install.exit() == 0, "the clients cannot be installed: " + install.output());
        packages = Path.of(install.output().strip().replaceFirst("(?s).*\n", ""));
        sidecar = VerifyingSidecar.start(release, folder);
    }

    @AfterAll
    void stop() {
        if (sidecar != null) {
            sidecar.close();
        }
    }

    private Map<String, String> environment() {
        var all = new HashMap<>(
                DebianClient.boto3Environment(S3Backend.rgw(release).alice(), folder));
        all.put("PYTHONPATH", packages.toString());
        return all;
    }

    private static String bucket() {
        return "signed-" + Long.toHexString(new Random().nextLong());
    }

    private String run(String script, String... arguments) {
        var words = new String[arguments.length + 2];
        words[0] = "/usr/bin/python3";
        words[1] = SourceTree.path("it-tests/clients/" + script).toString();
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        return ShellCommand.of(words).onlyWith(environment()).output();
    }

    private void assertAgrees(double before) {
        sidecar.assertAgrees(others);
        assertThat(sidecar.proven()).isGreaterThan(before + 20);
    }

    @Test
    void boto3() {
        double before = sidecar.proven();

        var output = run("signed_boto3.py", sidecar.s3().toString(), S3Backend.DOMAIN, bucket());

        assertThat(output).matches("(?s).*ok \\d+\n");
        // Forms and version 2.
        others += Integer.parseInt(output.strip().replaceFirst("(?s).*ok ", ""));
        assertAgrees(before);
    }

    @Test
    void sdkOfMinio() {
        double before = sidecar.proven();

        assertThat(run("signed_minio.py", sidecar.s3().toString(), bucket())).endsWith("ok\n");

        assertAgrees(before);
    }

    @Test
    void s5cmd() throws IOException {
        double before = sidecar.proven();
        var bucket = "s3://" + bucket();
        var small = Files.writeString(folder.resolve("small"), "hello");
        var parts = Files.write(folder.resolve("parts"), TestBytes.random(11 * TestBytes.MIB, 6));

        s5cmd("mb", bucket);
        for (var key : KEYS) {
            s5cmd("cp", small.toString(), bucket + "/" + key);
            s5cmd("head", bucket + "/" + key);
            assertThat(s5cmd("cat", bucket + "/" + key)).isEqualTo("hello");
        }
        // It doesn't encode the source of a copy, so an odd key is not found.
        s5cmd("cp", bucket + "/plain", bucket + "/copy/plain");
        s5cmd("cp", "--part-size", "5", parts.toString(), bucket + "/parts");
        s5cmd(
                "cp",
                "--part-size",
                "5",
                bucket + "/parts",
                folder.resolve("back").toString());
        assertThat(s5cmd("ls", bucket + "/*")).contains(KEYS.get(1), "parts");
        s5cmd("du", bucket + "/copy/*");
        s5cmd("rm", bucket + "/*");
        s5cmd("rb", bucket);

        assertThat(Files.readAllBytes(folder.resolve("back"))).isEqualTo(Files.readAllBytes(parts));
        assertAgrees(before);
    }

    private String s5cmd(String... words) {
        var command = new String[words.length + 3];
        command[0] = packages.resolve("s5cmd/bin/s5cmd").toString();
        command[1] = "--endpoint-url";
        command[2] = sidecar.s3().toString();
        System.arraycopy(words, 0, command, 3, words.length);
        return ShellCommand.of(command).onlyWith(environment()).output();
    }
}

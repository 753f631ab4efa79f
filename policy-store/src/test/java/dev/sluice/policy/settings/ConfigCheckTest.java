package dev.sluice.policy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCheckTest {
    @TempDir
    Path dir;

    @Test
    void shippedConfiguration_hasNothingWrong() {
        ReadResult<Configuration> result = ConfigCheck.check(Path.of("..", "config", "sluice.conf"));

        assertThat(result.problems()).isEmpty();
        Configuration good = result.value().orElseThrow();
        assertThat(good.settings().upstream().address()).hasToString("127.0.0.1:7480");
        assertThat(good.limits().limits().named(Scope.USER))
                .containsOnlyKeys("alice", "acme$carol", "backup", "intern", "reports");
        assertThat(good.limits().accessKeys()).containsEntry("AKIAEXAMPLE", "alice");
    }

    @Test
    void problemsOfBothFiles_areReported() throws IOException {
        Files.writeString(dir.resolve("sluice.conf"), "sluice { colour = red, upstream.address = \"a:1\" }");
        Files.writeString(dir.resolve("limits.conf"), "limits { colour = red }");

        ReadResult<Configuration> result = ConfigCheck.check(dir.resolve("sluice.conf"));

        assertThat(result).isInstanceOf(ReadResult.Unusable.class);
        assertThat(result.problems()).extracting(ConfigProblem::path).containsExactly("sluice.colour", "limits.colour");
        assertThat(result.problems())
                .extracting(ConfigProblem::file)
                .containsExactly(
                        dir.resolve("sluice.conf").toString(),
                        dir.resolve("limits.conf").toString());
    }

    @Test
    void limitsFile_isSoughtBesideTheSettings() throws IOException {
        Path conf = Files.createDirectories(dir.resolve("conf"));
        Files.writeString(
                conf.resolve("sluice.conf"), "sluice { upstream.address = \"a:1\", limits-file = \"../my.conf\" }");
        Files.writeString(dir.resolve("my.conf"), "limits { }");

        ReadResult<Configuration> result = ConfigCheck.check(conf.resolve("sluice.conf"));

        assertThat(result.problems()).isEmpty();
        assertThat(result.value().orElseThrow().settings().limitsFile()).isEqualTo(conf.resolve("../my.conf"));
    }

    @Test
    void missingFiles_areReported() throws IOException {
        Path none = dir.resolve("none.conf");
        assertThat(ConfigCheck.check(none).problems())
                .extracting(ConfigProblem::text)
                .containsExactly(none + ":1:1: the file doesn't exist; create it, or name another one");

        Path settings = Files.writeString(dir.resolve("sluice.conf"), "sluice { upstream.address = \"a:1\" }");
        assertThat(ConfigCheck.check(settings).problems())
                .extracting(ConfigProblem::text)
                .containsExactly(
                        dir.resolve("limits.conf") + ":1:1: the file doesn't exist; create it, or name another one");
    }

    @Test
    void directory_isReported() {
        assertThat(ConfigCheck.check(dir).problems())
                .extracting(ConfigProblem::text)
                .containsExactly(dir + ":1:1: this is a directory; name a file");
    }

    @Test
    void device_isReported() {
        assertThat(ConfigCheck.check(Path.of("/dev/zero")).problems())
                .extracting(ConfigProblem::text)
                .containsExactly("/dev/zero:1:1: this is no regular file; name a file");
    }

    @Test
    void unreadableFile_isReported() throws IOException {
        Path file = Files.writeString(dir.resolve("secret.conf"), "sluice { }");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(file)).as("root reads everything").isFalse();

        assertThat(ConfigCheck.check(file).problems())
                .extracting(ConfigProblem::text)
                .containsExactly(file + ":1:1: the file may not be read; give the user of this process the right to");
    }

    @Test
    void otherEncodings_areReportedByLine() throws IOException {
        Path file = Files.write(dir.resolve("latin1.conf"), new byte[] {'#', '\n', '#', (byte) 0xe4, '\n'});

        assertThat(ConfigCheck.check(file).problems())
                .extracting(ConfigProblem::text)
                .containsExactly(file + ":2:1: this isn't UTF-8 text; save the file as UTF-8");
    }

    @Test
    void hugeFile_isRefused() throws IOException {
        Path file = Files.write(dir.resolve("huge.conf"), new byte[(16 << 20) + 1]);

        assertThat(ConfigCheck.check(file).problems())
                .extracting(ConfigProblem::text)
                .containsExactly(file + ":1:1: the file is larger than 16777216 bytes; make it shorter");
    }
}

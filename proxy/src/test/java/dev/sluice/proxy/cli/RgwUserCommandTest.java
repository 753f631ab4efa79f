package dev.sluice.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice rgw-user} with a radosgw-admin that notes how it was run. */
class RgwUserCommandTest {
    private static final String USER = "{\"user_id\":\"sluice\",\"keys\":"
            + "[{\"user\":\"sluice\",\"access_key\":\"MADEKEY\",\"secret_key\":\"made/secret+1\"}]}";

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String admin, String target) {
        return RgwUserCommand.run(
                admin,
                "sluice",
                folder.resolve(target).toString(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    /** A script that answers as radosgw-admin does. */
    private String admin(String release, boolean hasUser) throws IOException {
        Path script = folder.resolve("radosgw-admin");
        Files.writeString(script, """
                #!/bin/sh
                echo "$@" >> %s/calls
                case "$1 $2" in
                  "--version ") echo "ceph version %s (abc) reef" ;;
                  "user info") %s ;;
                  "user create" | "caps add") echo a warning of something; echo '%s' ;;
                  *) exit 9 ;;
                esac
                """.formatted(
                        folder, release, hasUser ? "echo '" + USER + "'" : "echo no such user >&2; exit 22", USER));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    private String calls() throws IOException {
        return Files.readString(folder.resolve("calls"));
    }

    @Test
    void newUser_isMadeWithThreeCapabilities_andItsSecretIsForTheOwnerAlone() throws IOException {
        assertThat(run(admin("18.2.7", false), "secret")).isZero();

        assertThat(calls())
                .contains(
                        "user create --uid=sluice --display-name=Sluice --caps=users=read;buckets=read;ratelimit=read\n");
        Path secret = folder.resolve("secret");
        assertThat(Files.readString(secret)).isEqualTo("# secret key of RGW's user sluice\nmade/secret+1\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("access-key = \"MADEKEY\"", secret.toString());
        assertThat(out.toString(StandardCharsets.UTF_8) + err).doesNotContain("made/secret");
    }

    @Test
    void releaseWithoutLimits_getsTwoCapabilities() throws IOException {
        assertThat(run(admin("16.2.15", false), "secret")).isZero();

        assertThat(calls()).contains("--caps=users=read;buckets=read\n");
    }

    @Test
    void existingUser_getsTheCapabilities_andKeepsItsKey() throws IOException {
        assertThat(run(admin("18.2.7", true), "secret")).isZero();

        assertThat(calls()).contains("caps add --uid=sluice").doesNotContain("user create");
        assertThat(folder.resolve("secret")).content().contains("made/secret+1");
    }

    @Test
    void withoutRadosgwAdmin_theCommandsAreShown() {
        assertThat(run(folder.resolve("none").toString(), "secret")).isEqualTo(Main.FAILED);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "radosgw-admin user create --uid=sluice", "--caps=\"users=read;buckets=read;ratelimit=read\"");
        assertThat(folder.resolve("secret")).doesNotExist();
    }

    @Test
    void existingFile_isKept_andNothingIsDone() throws IOException {
        Files.writeString(folder.resolve("secret"), "mine");

        assertThat(run(admin("18.2.7", false), "secret")).isEqualTo(Main.FAILED);

        assertThat(folder.resolve("secret")).content().isEqualTo("mine");
        assertThat(folder.resolve("calls")).doesNotExist();
    }
}

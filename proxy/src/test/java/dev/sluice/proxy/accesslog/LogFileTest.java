package dev.sluice.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of logs: their sizes, their names, and what others do with them. */
class LogFileTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private Path path;
    private LogFile file;
    private long nowNanos;

    @BeforeEach
    void open() {
        path = directory.resolve("access.log");
        file = new LogFile(path, 10, 2);
    }

    @AfterEach
    void close() {
        file.close();
    }

    private void write(String text) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), nowNanos);
    }

    @Test
    void file_isRenamedAtItsSizeAndTheOldestGoes() throws IOException {
        for (String line : new String[] {"1234567890\n", "b234567890\n", "c234567890\n", "d\n"}) {
            write(line);
        }

        assertThat(path).hasContent("d");
        assertThat(directory.resolve("access.log.1")).hasContent("c234567890");
        assertThat(directory.resolve("access.log.2")).hasContent("b234567890");
        assertThat(directory.resolve("access.log.3")).doesNotExist();
    }

    @Test
    void file_ofAnEarlierRunGoesOn() throws IOException {
        Files.writeString(path, "before\n");

        write("after\n");

        assertThat(path).hasContent("before\nafter");
    }

    @Test
    void file_isNotForEverybody() throws IOException {
        write("a\n");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .doesNotContain("rwx")
                .endsWith("---");
    }

    @Test
    void renamedFile_isFollowedByANewOne() throws IOException {
        write("a\n");
        Files.move(path, directory.resolve("rotated"));

        write("b\n");
        nowNanos += SECOND;
        write("c\n");

        assertThat(directory.resolve("rotated")).hasContent("a\nb");
        assertThat(path).hasContent("c");
    }

    @Test
    void fileThatIsCutShort_goesOnFromItsBeginning() throws IOException {
        write("a234567\n");
        Files.write(path, new byte[0]);
        nowNanos += SECOND;

        write("b\n");

        assertThat(Files.size(path)).isEqualTo(2);
    }

    @Test
    void missingDirectory_isAnErrorUntilItIsThere() throws IOException {
        path = directory.resolve("later").resolve("access.log");
        file = new LogFile(path, 0, 1);

        assertThatThrownBy(() -> write("a\n")).isInstanceOf(IOException.class);
        Files.createDirectory(path.getParent());
        write("b\n");

        assertThat(path).hasContent("b");
    }

    @Test
    void lineThatAFullDiskCutOff_isNoPartOfTheNext() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()) == 0);
        try {
            path = disk.resolve("access.log");
            file = new LogFile(path, 0, 1);
            Path other = Files.write(disk.resolve("other"), new byte[32 * 1024]);
            assertThatThrownBy(() -> write("a".repeat(64 * 1024) + "\n")).isInstanceOf(IOException.class);
            Files.delete(other);

            write("b\n");

            assertThat(Files.readString(path)).startsWith("aaa").endsWith("a\nb\n");
        } finally {
            file.close();
            run("umount", "--lazy", disk.toString());
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void link_isNeverRenamed() throws IOException {
        Path target = Files.createFile(directory.resolve("target"));
        Files.createSymbolicLink(path, target);

        write("1234567890\n");
        write("b234567890\n");

        assertThat(path).isSymbolicLink();
        assertThat(target).hasContent("1234567890\nb234567890");
        assertThat(directory.resolve("access.log.1")).doesNotExist();
    }

    @Test
    void fullDisk_isAnError() {
        file = new LogFile(Path.of("/dev/full"), 0, 1);

        assertThatThrownBy(() -> write("a\n")).isInstanceOf(IOException.class).hasMessageContaining("No space left");
    }
}

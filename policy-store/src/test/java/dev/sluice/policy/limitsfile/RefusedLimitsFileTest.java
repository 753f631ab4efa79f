package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.SourcePoller;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is no limits file: it is reported once, and a good one behind it is used. */
class RefusedLimitsFileTest extends LimitsFileSourceFixture {
    /** What the file is replaced by, what is reported, and then a good one that must be noticed. */
    private void assertRefused(String message) throws IOException {
        SourcePoller<PolicyLayer> poller = poller();
        poll(poller);
        received.events.clear();
        replacement.run();
        poll(poller);
        poll(poller);

        assertThat(received.events)
                .singleElement()
                .asString()
                .startsWith("rejected since")
                .contains(message);
        received.events.clear();
        Files.deleteIfExists(file);
        write(file, "9/s");
        poll(poller);
        assertThat(received.events).containsExactly("9/s");
    }

    /** Like {@link Runnable}, but may fail. */
    private interface Replacement {
        void run() throws IOException;
    }

    private Replacement replacement = () -> {};

    @Test
    void pipe_isRefused() throws IOException {
        replacement = () -> {
            Files.delete(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString())
                            .start()
                            .onExit()
                            .join()
                            .exitValue())
                    .isZero();
        };

        assertRefused("this is no regular file");
    }

    @Test
    void directory_isRefused() throws IOException {
        replacement = () -> {
            Files.delete(file);
            Files.createDirectory(file);
        };

        assertRefused("this is a directory");
    }

    @Test
    void device_isRefused() throws IOException {
        replacement = () -> {
            Files.delete(file);
            Files.createSymbolicLink(file, Path.of("/dev/zero"));
        };

        assertRefused("this is no regular file");
    }

    @Test
    void linkThatLeadsToItself_isRefused() throws IOException {
        replacement = () -> {
            Files.delete(file);
            Files.createSymbolicLink(file, file.getFileName());
        };

        assertRefused("the file can't be read: FileSystemException");
    }

    @Test
    void hugeSparseFile_isRefused() throws IOException {
        replacement = () -> {
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(100L << 30);
            }
        };

        assertRefused("the file is larger than 16777216 bytes");
    }

    @Test
    void fileOfTheKernelThatCannotBeRead_isRefused() throws IOException {
        Path memory = Path.of("/proc/self/mem");
        assumeTrue(Files.exists(memory));
        replacement = () -> {
            Files.delete(file);
            Files.createSymbolicLink(file, memory);
        };

        assertRefused("the file can't be read: IOException");
    }

    @Test
    void fileThatMayNotBeRead_isRefused() throws IOException {
        Files.setPosixFilePermissions(file, Set.of());
        assumeFalse(Files.isReadable(file), "this user may read everything");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        replacement = () -> Files.setPosixFilePermissions(file, Set.of());

        assertRefused("the file may not be read");
    }

    @Test
    void bytesThatAreNoText_areRefused() throws IOException {
        replacement = () -> Files.write(file, new byte[] {'l', 'i', (byte) 0xff, (byte) 0xfe});

        assertRefused("this isn't UTF-8 text");
    }

    @Test
    void textOfTwoBytesACharacter_isRefused() throws IOException {
        replacement = () -> Files.writeString(file, "limits { }\n", StandardCharsets.UTF_16);

        assertRefused("this isn't UTF-8 text");
    }
}

package dev.sluice.proxy.app.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final int BYTES_MAX = 1_000;

    @TempDir
    Path directory;

    private StateFile file() {
        return new StateFile(directory.resolve("state"));
    }

    @Test
    void content_comesBack_andCanBeReplaced() throws IOException {
        file().write(new byte[] {1, 2, 3});
        file().write(new byte[] {4});

        assertThat(file().read(BYTES_MAX)).hasValue(new byte[] {4});
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("state"));
        }
    }

    @Test
    void noFile_isNoError() throws IOException {
        assertThat(file().read(BYTES_MAX)).isEmpty();
    }

    @Test
    void onlyTheOwner_mayRead() throws IOException {
        file().write(new byte[1]);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("state"))))
                .isEqualTo("rw-------");
    }

    @Test
    void writeThatFails_leavesTheOldContent() throws IOException {
        file().write(new byte[] {1});
        // The temporary file can't be made.
        Files.writeString(Files.createDirectory(directory.resolve("state.tmp")).resolve("x"), "x");

        assertThatThrownBy(() -> file().write(new byte[] {2})).isInstanceOf(IOException.class);

        assertThat(file().read(BYTES_MAX)).hasValue(new byte[] {1});
    }

    @Test
    void linkInPlaceOfTheTemporaryFile_isNotFollowed() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Files.createSymbolicLink(directory.resolve("state.tmp"), victim);

        file().write(new byte[] {1});

        assertThat(victim).hasContent("precious");
        assertThat(file().read(BYTES_MAX)).hasValue(new byte[] {1});
    }

    @Test
    void hugeFile_andDirectory_areErrors() throws IOException {
        Files.write(directory.resolve("state"), new byte[BYTES_MAX + 1]);
        assertThatThrownBy(() -> file().read(BYTES_MAX)).hasMessageContaining("more than 1000");

        Files.delete(directory.resolve("state"));
        Files.createDirectory(directory.resolve("state"));
        assertThatThrownBy(() -> file().read(BYTES_MAX)).hasMessageContaining("not a file");
    }
}

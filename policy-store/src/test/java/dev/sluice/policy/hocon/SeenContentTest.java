package dev.sluice.policy.hocon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.policy.hocon.FileContent.OnDisk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenContentTest {
    @TempDir
    Path dir;

    private SeenContent seen(String text) throws IOException {
        return SeenContent.of(new OnDisk(Files.writeString(dir.resolve("file"), text), 1_000));
    }

    @Test
    void contentThatIsReadInPart_isKnownToBeAsSeen() throws IOException {
        SeenContent seen = seen("the whole");

        try (InputStream in = seen.stream()) {
            assertThat(in.read()).isEqualTo('t');
        }

        assertThat(seen.isAsSeen()).isTrue();
    }

    @Test
    void contentThatHasChanged_isNotAsSeen() throws IOException {
        SeenContent seen = seen("the whole");
        Files.writeString(dir.resolve("file"), "the other");

        try (InputStream in = seen.stream()) {
            in.readAllBytes();
        }

        assertThat(seen.isAsSeen()).isFalse();
    }

    @Test
    void fileThatCannotBeOpened_isAsSeen() {
        SeenContent seen = SeenContent.of(new OnDisk(dir.resolve("missing"), 1_000));

        assertThatThrownBy(seen::stream).isInstanceOf(NoSuchFileException.class);

        assertThat(seen.isAsSeen()).isTrue();
        assertThat(seen.fingerprint()).isEqualTo("the file doesn't exist");
    }

    @Test
    void lastByte_showsWhetherMoreMayFollow() throws IOException {
        assertThat(seen("a = 6").endsWithinLine()).isTrue();
        assertThat(seen("a = 6\n").endsWithinLine()).isFalse();
        assertThat(seen("{ a = 6 }").endsWithinLine()).isFalse();
        assertThat(seen("").endsWithinLine()).isFalse();
    }
}

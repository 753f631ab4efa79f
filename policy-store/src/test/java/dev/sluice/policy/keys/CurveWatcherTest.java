package dev.sluice.policy.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveWatcherTest {
    private static final CurveKeyPair OWN = CurveKeyPair.generate(new SecureRandom());
    private static final CurveKeyPair NEXT = CurveKeyPair.generate(new SecureRandom());
    private static final CurveKeyPair OTHER = CurveKeyPair.generate(new SecureRandom());

    @TempDir
    Path dir;

    private final List<CurveKeys> told = new ArrayList<>();
    private List<CurveFiles.Fault> faults = List.of();
    private CurveWatcher watcher;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(dir.resolve("own.key"), OWN.secretKey());
        Files.writeString(dir.resolve("own.pub"), OWN.publicKey());
        Files.writeString(dir.resolve("other.pub"), OTHER.publicKey());
        CurveFiles files = new CurveFiles(dir.resolve("own.key"), dir);
        CurveFiles.Reading first = files.read();
        assertThat(first.faults()).isEmpty();
        watcher = new CurveWatcher(
                files, new CurveKeys(first.own().orElseThrow(), first.allowed().orElseThrow()), (keys, found) -> {
                    told.add(keys);
                    faults = found;
                });
        look();
    }

    @Test
    void unchangedFiles_areNotTold() {
        look();

        assertThat(told).isEmpty();
    }

    @Test
    void addedKey_isToldAtTheSecondLook() throws IOException {
        Files.writeString(dir.resolve("next.pub"), NEXT.publicKey());

        watcher.look();
        assertThat(told).isEmpty();
        watcher.look();

        assertThat(told)
                .singleElement()
                .satisfies(keys ->
                        assertThat(keys.allowed()).contains(OWN.publicKey(), OTHER.publicKey(), NEXT.publicKey()));
    }

    @Test
    void removedKey_isNoLongerAllowed() throws IOException {
        Files.delete(dir.resolve("other.pub"));
        look();

        assertThat(told.get(0).allowed()).containsExactly(OWN.publicKey());
        assertThat(faults).isEmpty();
    }

    @Test
    void badPublicFile_allowsNobodyAndIsTold() throws IOException {
        Files.writeString(dir.resolve("other.pub"), "nonsense");
        look();

        assertThat(told.get(0).allowed()).containsExactly(OWN.publicKey());
        assertThat(faults).singleElement().asString().contains("other.pub");
    }

    @Test
    void replacedSecret_isUsed() throws IOException {
        Files.writeString(dir.resolve("next.pub"), NEXT.publicKey());
        Files.writeString(dir.resolve("own.key"), NEXT.secretKey());
        look();

        assertThat(told.get(0).own()).isEqualTo(NEXT);
    }

    @Test
    void badSecret_leavesTheOldOneUntilItIsGoodAgain() throws IOException {
        Files.writeString(dir.resolve("own.key"), "nonsense");
        look();
        assertThat(told.get(0).own()).isEqualTo(OWN);
        assertThat(faults).singleElement().asString().contains("own.key").doesNotContain("nonsense");

        Files.writeString(dir.resolve("own.key"), OWN.secretKey());
        look();

        assertThat(told).hasSize(2);
        assertThat(faults).isEmpty();
    }

    private void look() {
        watcher.look();
        watcher.look();
    }
}

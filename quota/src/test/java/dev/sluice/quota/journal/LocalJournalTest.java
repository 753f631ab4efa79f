package dev.sluice.quota.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalJournalTest {
    private static final long SEGMENT_BYTES = 1024;
    private static final String FIRST_LOG = "log-00000000000000000000";

    @TempDir
    private Path directory;

    /** What a journal hands over: a snapshot is the batches before it, each in a line. */
    private static final class Recovered implements LocalJournal.Recovery {
        private final List<String> batches = new ArrayList<>();

        @Override
        public void restore(InputStream snapshot) throws IOException {
            try (snapshot) {
                byte[] all = snapshot.readAllBytes();
                String text = new String(all, 0, all.length - 8, StandardCharsets.UTF_8);
                batches.addAll(text.lines().toList());
            }
        }

        @Override
        public void replay(byte[] batch) {
            batches.add(new String(batch, StandardCharsets.UTF_8));
        }
    }

    private List<String> recover() throws IOException {
        Recovered recovered = new Recovered();
        LocalJournal.open(directory, SEGMENT_BYTES, recovered).close();
        return recovered.batches;
    }

    private List<String> append(int from, int to) throws IOException {
        Recovered recovered = new Recovered();
        try (LocalJournal journal = LocalJournal.open(directory, SEGMENT_BYTES, recovered)) {
            for (int i = from; i < to; i++) {
                journal.append(batch(i).getBytes(StandardCharsets.UTF_8));
                recovered.batches.add(batch(i));
            }
        }
        return recovered.batches;
    }

    private static String batch(int i) {
        return "batch " + i + " of a length of its own " + "x".repeat(i % 37);
    }

    private void snapshot(List<String> batches) throws IOException {
        try (LocalJournal journal = LocalJournal.open(directory, SEGMENT_BYTES, new Recovered())) {
            journal.snapshot(to -> {
                for (String batch : batches) {
                    to.write((batch + "\n").getBytes(StandardCharsets.UTF_8));
                }
            });
        }
    }

    @Test
    void appendedBatches_areThereAfterEachRestart_overManyFiles() throws IOException {
        List<String> all = append(0, 50);
        assertThat(recover()).isEqualTo(all);

        all = append(50, 100);

        assertThat(all).hasSize(100).endsWith(batch(99));
        assertThat(recover()).isEqualTo(all);
        assertThat(files()).hasSizeGreaterThan(5);
    }

    @Test
    void batchLargerThanAFile_hasAFileOfItsOwn() throws IOException {
        append(0, 3);
        Recovered recovered = new Recovered();
        try (LocalJournal journal = LocalJournal.open(directory, SEGMENT_BYTES, recovered)) {
            journal.append("y".repeat(5_000).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(recover()).hasSize(4).endsWith("y".repeat(5_000));
    }

    @Test
    void logThatIsCutAnywhere_recoversWhatIsWhole_andGoesOn() throws IOException {
        List<String> all = append(0, 9);
        Path log = directory.resolve(FIRST_LOG);
        byte[] whole = Files.readAllBytes(log);
        int used = whole.length;
        while (whole[used - 1] == 0) {
            used--;
        }
        assertThat(files()).hasSize(2);
        for (int length = 0; length <= used; length++) {
            Files.write(log, Arrays.copyOf(whole, length));

            List<String> recovered = append(100, 101);

            assertThat(recovered).as("cut at " + length).endsWith(batch(100));
            assertThat(recovered.subList(0, recovered.size() - 1))
                    .as("cut at " + length)
                    .isEqualTo(all.subList(0, recovered.size() - 1));
            assertThat(recover()).as("cut at " + length).isEqualTo(recovered);
            deleteAllBut(log);
        }
    }

    @Test
    void tornRecordAtTheEnd_isCutOff_whereverAByteIsMissing() throws IOException {
        List<String> all = append(0, 4);
        Path log = directory.resolve(FIRST_LOG);
        byte[] before = Files.readAllBytes(log);
        append(4, 5);
        byte[] after = Files.readAllBytes(log);
        for (int i = 0; i < after.length; i++) {
            if (before[i] != after[i]) {
                byte[] torn = after.clone();
                torn[i] ^= 0x55;
                Files.write(log, torn);

                assertThat(recover()).as("byte " + i).isEqualTo(all);
                assertThat(Files.readAllBytes(log)).as("byte " + i).isEqualTo(before);
            }
        }
    }

    @Test
    void damageBeforeTheEnd_isAnErrorThatNamesTheFile() throws IOException {
        append(0, 5);
        Path log = directory.resolve(FIRST_LOG);
        byte[] whole = Files.readAllBytes(log);
        int inSecond = 16 + batch(0).length() + 16 + 3;
        whole[inSecond] ^= 1;
        Files.write(log, whole);

        assertThatThrownBy(this::recover).hasMessageContaining(log.toString()).hasMessageContaining("batch 1");
        assertThat(Files.readAllBytes(log)).isEqualTo(whole);
    }

    @Test
    void missingFile_isAnError() throws IOException {
        append(0, 100);
        List<Path> logs =
                files().stream().filter(f -> f.toString().contains("log-")).toList();
        Files.delete(logs.get(1));

        assertThatThrownBy(this::recover).hasMessageContaining(logs.get(2).toString());
    }

    @Test
    void snapshot_replacesTheLogBeforeTheOneBefore() throws IOException {
        List<String> all = append(0, 60);
        snapshot(all);
        all = append(60, 120);
        snapshot(all);
        assertThat(recover()).isEqualTo(all);
        all = append(120, 180);
        snapshot(all);
        all = append(180, 190);

        assertThat(recover()).isEqualTo(all);
        assertThat(files()).noneMatch(file -> file.endsWith(FIRST_LOG));
        assertThat(files().stream().filter(f -> f.toString().contains("snapshot-")))
                .hasSize(2);
    }

    @Test
    void damagedSnapshot_isSetAside_andTheOlderOneIsUsed() throws IOException {
        List<String> all = append(0, 60);
        snapshot(all);
        all = append(60, 120);
        snapshot(all);
        all = append(120, 130);
        Path newest = directory.resolve("snapshot-00000000000000000120");
        byte[] damaged = Files.readAllBytes(newest);
        damaged[10] ^= 1;
        Files.write(newest, damaged);

        assertThat(recover()).isEqualTo(all);
        assertThat(directory.resolve("damaged-snapshot-00000000000000000120")).exists();
    }

    @Test
    void damagedSnapshotWithoutAnOlderOne_isAnError() throws IOException {
        snapshot(append(0, 3));
        Path only = directory.resolve("snapshot-00000000000000000003");
        Files.write(only, new byte[100]);

        assertThatThrownBy(this::recover).hasMessageContaining(only.toString());
    }

    @Test
    void snapshotThatFails_leavesTheLog() throws IOException {
        List<String> all = append(0, 60);
        try (LocalJournal journal = LocalJournal.open(directory, SEGMENT_BYTES, new Recovered())) {
            assertThatThrownBy(() -> journal.snapshot(to -> {
                        throw new IOException("no room");
                    }))
                    .hasMessage("no room");
        }

        assertThat(recover()).isEqualTo(all);
    }

    @Test
    void directoryInUse_isAnError() throws IOException {
        try (LocalJournal journal = LocalJournal.open(directory, SEGMENT_BYTES, new Recovered())) {
            assertThatThrownBy(this::recover).hasMessageContaining("locked");
            journal.append(new byte[1]);
        }

        assertThat(recover()).hasSize(1);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }

    private void deleteAllBut(Path kept) throws IOException {
        for (Path file : files()) {
            if (!file.equals(kept)) {
                Files.delete(file);
            }
        }
    }
}

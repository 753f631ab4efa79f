package dev.sluice.policy.limitsfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.hocon.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsWatcherTest {
    /** Notes what it is told: {@code "5/s"} for a limit that was loaded, {@code "rejected ..."} for a bad file. */
    private static final class Notes implements LimitsWatcher.Listener {
        private final List<String> notes = new CopyOnWriteArrayList<>();
        private volatile boolean fails;

        @Override
        public void onLoaded(LoadedLimits limits, List<Problem> warnings) {
            notes.add(limits.policy()
                    .limitsOf(Scope.USER, "any")
                    .get(Dimension.READ_OPS)
                    .text());
            if (fails) {
                throw new IllegalStateException("a listener that fails");
            }
        }

        @Override
        public void onRejected(List<Problem> problems, long sinceWallMillis) {
            notes.add(
                    "rejected since " + sinceWallMillis + ": " + problems.get(0).message());
        }
    }

    @TempDir
    Path dir;

    private final Notes notes = new Notes();
    private Path file;
    private long nowWallMillis = 1_000_000;

    @BeforeEach
    void writeFirst() throws IOException {
        file = dir.resolve("limits.conf");
        write(file, "1/s");
    }

    private static void write(Path file, String rate) throws IOException {
        Files.writeString(file, "limits { each-user { read-ops = " + rate + " } }");
    }

    private LimitsWatcher watcher() {
        return new LimitsWatcher(file, ((LimitsFile.Loaded) LimitsFile.read(file)).limits(), notes);
    }

    private void poll(LimitsWatcher watcher) {
        nowWallMillis += 500;
        watcher.poll(nowWallMillis);
    }

    @Test
    void unchangedFile_isNoNews() {
        LimitsWatcher watcher = watcher();

        poll(watcher);
        poll(watcher);

        assertThat(notes.notes).isEmpty();
    }

    @Test
    void changeBeforeTheFirstPoll_isHandedOver() throws IOException {
        LimitsWatcher watcher = watcher();
        write(file, "2/s");

        poll(watcher);

        assertThat(notes.notes).containsExactly("2/s");
    }

    @Test
    void editInPlace_isHandedOverOnce() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);

        write(file, "20/s");
        poll(watcher);
        poll(watcher);

        assertThat(notes.notes).containsExactly("20/s");
    }

    @Test
    void editOfOtherWordsOnly_isNoNews() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);

        Files.writeString(file, "# a comment\n" + Files.readString(file));
        poll(watcher);

        assertThat(notes.notes).isEmpty();
    }

    @Test
    void editWithinOneTickOfTheClock_isSeen() throws IOException {
        LimitsWatcher watcher = watcher();
        FileTime now = FileTime.fromMillis(nowWallMillis + 500);
        Files.setLastModifiedTime(file, now);
        poll(watcher);

        write(file, "2/s");
        Files.setLastModifiedTime(file, now);
        poll(watcher);

        assertThat(notes.notes).containsExactly("2/s");
    }

    @Test
    void fileRenamedOverIt_isHandedOver() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);

        Path replacement = dir.resolve("limits.conf.new");
        write(replacement, "3/s");
        Files.setLastModifiedTime(replacement, Files.getLastModifiedTime(file));
        Files.move(replacement, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(watcher);

        assertThat(notes.notes).containsExactly("3/s");
    }

    @Test
    void linkTurnedElsewhere_isHandedOver() throws IOException {
        Path first = Files.createDirectory(dir.resolve("..2026_01"));
        Path second = Files.createDirectory(dir.resolve("..2026_02"));
        write(first.resolve("limits.conf"), "1/s");
        write(second.resolve("limits.conf"), "4/s");
        Path data = Files.createSymbolicLink(dir.resolve("..data"), first);
        file = Files.createSymbolicLink(dir.resolve("linked.conf"), Path.of("..data", "limits.conf"));
        LimitsWatcher watcher = watcher();
        poll(watcher);

        Path turned = Files.createSymbolicLink(dir.resolve("..data_tmp"), second);
        Files.move(turned, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        poll(watcher);

        assertThat(notes.notes).containsExactly("4/s");
    }

    @Test
    void badFile_isToldOnceAndChangesNothing() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);

        write(file, "2/sec");
        poll(watcher);
        poll(watcher);
        poll(watcher);

        assertThat(notes.notes).containsExactly("rejected since 1001000: \"2/sec\" is not a rate");
    }

    @Test
    void badFileThatBecomesBadOtherwise_isToldAgainWithTheFirstTime() throws IOException {
        LimitsWatcher watcher = watcher();

        write(file, "2/sec");
        poll(watcher);
        write(file, "3/secs");
        poll(watcher);

        assertThat(notes.notes)
                .containsExactly(
                        "rejected since 1000500: \"2/sec\" is not a rate",
                        "rejected since 1000500: \"3/secs\" is not a rate");
    }

    @Test
    void restoredFile_isHandedOverThoughItsLimitsAreTheSame() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);
        write(file, "2/sec");
        poll(watcher);

        write(file, "1/s");
        poll(watcher);
        write(file, "3/sec");
        poll(watcher);

        assertThat(notes.notes)
                .containsExactly(
                        "rejected since 1001000: \"2/sec\" is not a rate",
                        "1/s",
                        "rejected since 1002000: \"3/sec\" is not a rate");
    }

    @Test
    void emptiedFile_liftsNoLimit() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);

        Files.writeString(file, "");
        poll(watcher);

        assertThat(notes.notes).containsExactly("rejected since 1001000: there is no limits { ... } in this file");
    }

    @Test
    void deletedFile_isToldOnceAndChangesNothing() throws IOException {
        LimitsWatcher watcher = watcher();
        poll(watcher);

        Files.delete(file);
        poll(watcher);
        poll(watcher);
        write(file, "5/s");
        poll(watcher);

        assertThat(notes.notes).containsExactly("rejected since 1001000: the file doesn't exist", "5/s");
    }

    @Test
    void startedWatcher_goesOnAfterAListenerFailed() throws IOException {
        notes.fails = true;
        try (LimitsWatcher watcher = watcher()) {
            watcher.start();
            write(file, "20/s");
            await().until(() -> notes.notes.contains("20/s"));

            write(file, "300/s");
            await().until(() -> notes.notes.contains("300/s"));
        }
    }
}

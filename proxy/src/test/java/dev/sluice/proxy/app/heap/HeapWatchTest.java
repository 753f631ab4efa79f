package dev.sluice.proxy.app.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class HeapWatchTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final AtomicLong accounts = new AtomicLong(5_000);
    private final List<HeapTable> tables = List.of(new HeapTable("accounts", accounts::get, 4_000));
    private final AtomicLong liveBytes = new AtomicLong(50 * MIB);
    private final Logger log = (Logger) LoggerFactory.getLogger(HeapWatch.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listenToTheLog() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void leaveTheLog() {
        log.detachAppender(lines);
    }

    private HeapWatch watch(Path file) {
        HeapWatch watch = new HeapWatch(tables, file, 100 * MIB, liveBytes::get);
        watch.open();
        return watch;
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void note_followsTheTables() throws IOException {
        Path file = directory.resolve("note");
        HeapWatch watch = watch(file);

        watch.watch(0);
        assertThat(file).content().contains("about: 5000 accounts (19 MiB)").endsWith("\n");
        accounts.set(7);
        watch.watch(1);

        assertThat(file).content().contains("about: 7 accounts (0 MiB)").endsWith("\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void linkInPlaceOfTheNote_leadsNowhere() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "untouched");
        Path file = Files.createSymbolicLink(directory.resolve("note"), other);
        HeapWatch watch = watch(file);

        watch.watch(0);

        assertThat(other).hasContent("untouched");
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    @Test
    void folderThatIsNotThere_costsOnlyTheNote() {
        HeapWatch watch = watch(directory.resolve("missing").resolve("note"));
        liveBytes.set(95 * MIB);

        watch.watch(0);

        assertThat(logged()).hasSize(2);
        assertThat(logged().get(0)).contains("can't be created");
        assertThat(logged().get(1)).contains("nearly full");
    }

    @Test
    void nearlyFullHeap_isLoggedOnceAMinute() {
        HeapWatch watch = watch(directory.resolve("note"));
        watch.watch(0);
        assertThat(logged()).isEmpty();
        liveBytes.set(91 * MIB);

        for (int second = 1; second < 130; second++) {
            watch.watch(TimeUnit.SECONDS.toNanos(second));
        }

        assertThat(logged()).hasSize(3);
        assertThat(logged().get(0))
                .contains("a collection leaves 91 of 100 MiB in it; about: 5000 accounts (19 MiB);", "exit code 3");
    }

    @Test
    void liveRatio_isThatOfOldObjectsBehindACollection() {
        byte[] garbage = new byte[8 << 20];
        assertThat(garbage).isNotEmpty();
        SluiceMetrics metrics = new SluiceMetrics();
        try (HeapWatch watch = HeapWatch.start(tables, metrics)) {
            assertThat(watch).isNotNull();
            System.gc();

            String ratio = metrics.scrape().replaceFirst("(?s).*\nsluice_heap_live_ratio ", "");
            assertThat(Double.parseDouble(ratio.substring(0, ratio.indexOf('\n'))))
                    .isBetween(1e-6, 0.9);
        }
    }

    @Test
    void startedWatch_keepsItsNote_untilItIsClosed() {
        Path file = HeapWatch.noteOf(ProcessHandle.current().pid());
        SluiceMetrics metrics = new SluiceMetrics();

        try (HeapWatch watch = HeapWatch.start(tables, metrics)) {
            assertThat(watch).isNotNull();
            await().until(() -> Files.exists(file) && Files.readString(file).contains("5000 accounts"));
            assertThat(metrics.scrape()).contains("sluice_heap_table_bytes{table=\"accounts\"} 2.0E7");
        }

        assertThat(file).doesNotExist();
    }
}

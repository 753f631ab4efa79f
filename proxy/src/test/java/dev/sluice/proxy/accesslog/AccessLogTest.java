package dev.sluice.proxy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.policy.settings.AccessLogSettings;
import dev.sluice.policy.settings.AccessLogSettings.LineFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue and the thread of an access log. */
class AccessLogTest {
    private static final AccessEntry ENTRY = LoggedEntries.get("GET /b/k HTTP/1.1", "b", "", "");

    @TempDir
    Path directory;

    @Test
    void ring_keepsTheOrderAndCountsWhatHasNoPlace() {
        LongAdder dropped = new LongAdder();
        EntryRing ring = new EntryRing(4, 1 << 20, dropped);
        List<AccessEntry> entries = List.of(entry("1"), entry("2"), entry("3"), entry("4"), entry("5"));

        entries.forEach(ring::offer);

        assertThat(dropped.sum()).isEqualTo(1);
        for (AccessEntry expected : entries.subList(0, 4)) {
            assertThat(ring.poll()).isSameAs(expected);
        }
        assertThat(ring.poll()).isNull();
        ring.offer(ENTRY);
        assertThat(ring.poll()).isSameAs(ENTRY);
    }

    @Test
    void ring_isBoundedInBytesToo() {
        LongAdder dropped = new LongAdder();
        EntryRing ring = new EntryRing(1024, 4L * ENTRY.bytes(), dropped);

        for (int i = 0; i < 6; i++) {
            ring.offer(ENTRY);
        }

        assertThat(dropped.sum()).isEqualTo(2);
        assertThat(ring.poll()).isSameAs(ENTRY);
        ring.offer(ENTRY);
        assertThat(dropped.sum()).isEqualTo(2);
    }

    @Test
    void ring_losesNothingBetweenTwoThreads() throws InterruptedException {
        LongAdder dropped = new LongAdder();
        EntryRing ring = new EntryRing(64, 1 << 20, dropped);
        AccessEntry[] entries = new AccessEntry[1000];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry(Integer.toString(i));
        }
        int rounds = 200;
        Thread producer = new Thread(() -> {
            for (int round = 0; round < rounds; round++) {
                for (AccessEntry entry : entries) {
                    ring.offer(entry);
                }
            }
        });

        producer.start();
        long taken = 0;
        while (producer.isAlive() || taken + dropped.sum() < (long) rounds * entries.length) {
            taken += ring.poll() == null ? 0 : 1;
        }
        producer.join();

        assertThat(taken + dropped.sum()).isEqualTo((long) rounds * entries.length);
        assertThat(ring.poll()).isNull();
    }

    private static AccessEntry entry(String key) {
        return LoggedEntries.get("GET /b/" + key + " HTTP/1.1", "b", "", "");
    }

    private AccessLog start(Path file) {
        return AccessLog.start(
                new AccessLogSettings(file, LineFormat.JSON, 1, 0, 1),
                "rgw1",
                System::nanoTime,
                System::currentTimeMillis);
    }

    private static EntryRing ringOf(AccessLog log) {
        log.forEventLoop();
        return log.rings().get(0);
    }

    @Test
    void close_writesWhatIsThere() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLog log = start(file);
        EntryRing ring = ringOf(log);
        for (int i = 0; i < 1000; i++) {
            ring.offer(ENTRY);
        }

        log.close();

        assertThat(Files.readAllLines(file)).hasSize(1000).allMatch(line -> line.endsWith("\"node\":\"rgw1\"}"));
        assertThat(log.counters().written.sum()).isEqualTo(1000);
        assertThat(log.counters().droppedByQueue.sum()).isZero();
    }

    @Test
    void fileThatCantBeWritten_dropsAndCountsUntilItCan() throws Exception {
        Path file = directory.resolve("missing").resolve("access.log");
        AccessLog log = start(file);
        try {
            EntryRing ring = ringOf(log);
            ring.offer(ENTRY);
            await().until(() -> log.counters().droppedByFile.sum() == 1);

            Files.createDirectory(file.getParent());
            await().until(() -> {
                ring.offer(ENTRY);
                return log.counters().written.sum() > 0;
            });

            assertThat(Files.size(file)).isPositive();
        } finally {
            log.close();
        }
    }

    @Test
    void fullDisk_dropsAndCounts() throws Exception {
        AccessLog log = start(Path.of("/dev/full"));
        EntryRing ring = ringOf(log);
        ring.offer(ENTRY);

        await().until(() -> log.counters().droppedByFile.sum() == 1);

        log.close();
        assertThat(log.counters().written.sum()).isZero();
    }

    /** Nobody reads the pipe, so opening it never returns. */
    @Test
    void hangingDisk_fillsTheRingAndNothingElse() throws Exception {
        Path pipe = directory.resolve("pipe");
        makePipe(pipe);
        AccessLog log = start(pipe);
        EntryRing ring = ringOf(log);
        for (int i = 0; i < 3 * AccessLog.RING_ENTRIES; i++) {
            ring.offer(ENTRY);
        }

        assertThat(log.counters().droppedByQueue.sum()).isGreaterThan(0);

        // Somebody reads it after all, so that the thread of this test ends.
        try (var reader = Files.newInputStream(pipe)) {
            Thread closer = new Thread(() -> closeQuietly(log));
            closer.start();
            reader.readAllBytes();
            closer.join();
        }
        assertThat(log.counters().written.sum() + log.counters().droppedByQueue.sum())
                .isEqualTo(3L * AccessLog.RING_ENTRIES);
    }

    private static void closeQuietly(AccessLog log) {
        try {
            log.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void makePipe(Path pipe) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
    }
}

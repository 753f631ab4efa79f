package dev.sluice.proxy.app.heap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeapNoteTest {
    private static final long MIB = 1 << 20;

    private final AtomicLong accounts = new AtomicLong(8_000);
    private final AtomicLong keys = new AtomicLong(20_000);
    private final AtomicLong connections = new AtomicLong(0);
    private final HeapNote note = new HeapNote(
            List.of(
                    new HeapTable("client connections", connections::get, 8_192),
                    new HeapTable("unknown access keys", keys::get, 300),
                    new HeapTable("accounts", accounts::get, 4_000)),
            96 * MIB);

    private String line() {
        return StandardCharsets.US_ASCII.decode(note.line()).toString();
    }

    @Test
    void line_namesTheLargestTableFirst() {
        note.measure();

        assertThat(line())
                .isEqualTo(
                        "sluice: the heap, of 96 MiB, is full. Shortly before, in it were about: 8000 accounts"
                                + " (30 MiB), 20000 unknown access keys (5 MiB). Give it more (-Xmx), or less to hold: docs/operations.md, \"When the heap is full\".\n");
    }

    @Test
    void otherSizes_makeAnotherLine() {
        assertThat(note.measure()).isTrue();
        assertThat(note.measure()).isFalse();

        connections.set(9_000);

        assertThat(note.measure()).isTrue();
        assertThat(line()).contains("about: 9000 client connections (70 MiB), 8000 accounts (30 MiB), ");
        assertThat(note.sizes()).startsWith("9000 client connections (70 MiB), ");
    }

    @Test
    void smallTables_areNamedOnlyWhereNoneIsLarge() {
        accounts.set(10);
        keys.set(5);
        note.measure();

        assertThat(line()).contains("about: 10 accounts (0 MiB). Give");
    }

    @Test
    void line_isWrittenWithoutHeap() {
        note.measure();
        note.line();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long measuring = -threads.getThreadAllocatedBytes(thread);
        measuring += threads.getThreadAllocatedBytes(thread);

        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 1_000; i++) {
            accounts.incrementAndGet();
            note.measure();
            note.line();
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before - measuring;

        assertThat(allocated).isLessThan(1_000);
    }
}

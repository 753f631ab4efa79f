package dev.sluice.proxy.app.heap;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The line that says how large the tables are: the largest first, and others of at least a MiB. All that it needs is allocated in its constructor, so that
 * it can be written when there is no heap left. Belongs to one thread.
 */
final class HeapNote {
    private static final int BYTES_MAX = 4 << 10;
    private static final int DIGITS_MAX = 20;
    private static final long MIB = 1 << 20;

    private static final byte[] BEGIN = ascii("sluice: the heap, of ");
    private static final byte[] SIZES = ascii(" MiB, is full. Shortly before, in it were about: ");
    private static final byte[] NEXT = ascii(", ");
    private static final byte[] OPEN = ascii(" (");
    private static final byte[] CLOSE = ascii(" MiB)");
    private static final byte[] END =
            ascii(". Give it more (-Xmx), or less to hold: docs/operations.md, \"When the heap is full\".\n");

    private final List<HeapTable> tables;
    private final byte[][] names;
    private final long[] entries;
    private final long[] bytes;
    private final boolean[] isWritten;
    private final long heapMib;
    private final ByteBuffer text = ByteBuffer.allocateDirect(BYTES_MAX);
    private final byte[] digits = new byte[DIGITS_MAX];
    /** The sum over what the last text was made of: another one needs another text. */
    private long checksum;

    /** Measures nothing yet. */
    HeapNote(List<HeapTable> tables, long heapBytes) {
        this.tables = List.copyOf(tables);
        this.heapMib = heapBytes / MIB;
        this.names = new byte[tables.size()][];
        this.entries = new long[tables.size()];
        this.bytes = new long[tables.size()];
        this.isWritten = new boolean[tables.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = ascii(tables.get(i).name());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Measures all tables; returns whether any of them has another size than at the last call. */
    boolean measure() {
        long sum = 1;
        for (int i = 0; i < names.length; i++) {
            HeapTable table = tables.get(i);
            entries[i] = table.entries().getAsLong();
            bytes[i] = entries[i] * table.entryBytes();
            sum = 31 * sum + entries[i];
        }
        boolean hasChanged = sum != checksum;
        checksum = sum;
        return hasChanged;
    }

    /** The line for what was measured last: one buffer, which the next call overwrites. */
    ByteBuffer line() {
        text.clear();
        text.put(BEGIN);
        number(heapMib);
        text.put(SIZES);
        list();
        text.put(END);
        return text.flip();
    }

    /** The tables alone, for the log. */
    String sizes() {
        text.clear();
        list();
        byte[] copy = new byte[text.flip().remaining()];
        text.get(copy);
        return new String(copy, StandardCharsets.US_ASCII);
    }

    private void list() {
        Arrays.fill(isWritten, false);
        for (int count = 0; count < names.length; count++) {
            int largest = largest();
            if (count > 0 && bytes[largest] < MIB) {
                return;
            }
            isWritten[largest] = true;
            if (count > 0) {
                text.put(NEXT);
            }
            number(entries[largest]);
            text.put((byte) ' ').put(names[largest]).put(OPEN);
            number(bytes[largest] / MIB);
            text.put(CLOSE);
        }
    }

    private int largest() {
        int largest = -1;
        for (int i = 0; i < bytes.length; i++) {
            if (!isWritten[i] && (largest < 0 || bytes[i] > bytes[largest])) {
                largest = i;
            }
        }
        return largest;
    }

    private void number(long value) {
        int at = DIGITS_MAX;
        long left = Math.max(0, value);
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        text.put(digits, at, DIGITS_MAX - at);
    }
}

package dev.sluice.proxy.s3.signature;

import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.OctetClasses;
import dev.sluice.proxy.http1.RequestHead;
import java.util.Arrays;

/**
 * The signed headers in RGW's canonical form: sorted by name, blanks at the ends of values removed and those within cut to
 * one. A name that is signed but not there is skipped; of several lines with one name the last counts. Reused from request
 * to request; belongs to one thread.
 */
final class CanonicalHeaders {
    /** More names are not checked. */
    static final int NAMES_MAX = 128;

    /** Places of the names, sorted. */
    private final int[] starts = new int[NAMES_MAX];

    private final int[] ends = new int[NAMES_MAX];
    private int count;

    /**
     * Reads a list of names with semicolons between, {@code list[from, to)}.
     *
     * @return false: they are too many
     */
    boolean read(byte[] list, int from, int to) {
        count = 0;
        int at = from;
        while (at < to) {
            int end = OctetClasses.indexOf((byte) ';', list, at, to);
            if (end > at) {
                if (count == NAMES_MAX) {
                    return false;
                }
                insert(list, at, end);
            }
            at = end + 1;
        }
        return true;
    }

    /** In its place, from the end, because clients send the names in order. One that is there already is left out. */
    private void insert(byte[] list, int start, int end) {
        int at = count;
        while (at > 0) {
            int order = Arrays.compareUnsigned(list, start, end, list, starts[at - 1], ends[at - 1]);
            if (order == 0) {
                return;
            }
            if (order > 0) {
                break;
            }
            at--;
        }
        if (at < count) {
            System.arraycopy(starts, at, starts, at + 1, count - at);
            System.arraycopy(ends, at, ends, at + 1, count - at);
        }
        starts[at] = start;
        ends[at] = end;
        count++;
    }

    /** Puts the canonical form of the headers that the names of {@code list} stand for. */
    void putTo(CanonicalText text, byte[] list, RequestHead head) {
        HeaderLines lines = head.headers();
        for (int i = 0; i < count; i++) {
            int line = lastLine(head, list, starts[i], ends[i]);
            if (line >= 0) {
                text.put(list, starts[i], ends[i]);
                text.put(':');
                text.putValue(head.bytes(), lines.valueStart(line), lines.valueEnd(line));
                text.put('\n');
            }
        }
    }

    /** The last line with the name {@code names[from, to)} in any case; -1: none. */
    private static int lastLine(RequestHead head, byte[] names, int from, int to) {
        HeaderLines lines = head.headers();
        byte[] bytes = head.bytes();
        for (int line = lines.count() - 1; line >= 0; line--) {
            int start = lines.lineStart(line);
            if (lines.nameEnd(line) - start == to - from
                    && OctetClasses.equalsIgnoreCase(bytes, start, names, from, to - from)) {
                return line;
            }
        }
        return -1;
    }
}

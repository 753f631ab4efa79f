package dev.sluice.proxy.http1;

import java.util.Arrays;

/**
 * The header lines of one head, as offsets into its bytes, in the order received. Reused from head to head, and valid
 * until the next head is parsed; belongs to one thread.
 */
public final class HeaderLines {
    /** A head with more lines is malformed, unless another number is asked for. */
    public static final int DEFAULT_MAX = 128;

    /** Room for so many lines at first; most heads have fewer than half of them. */
    private static final int INITIAL = 64;

    private static final int KINDS = KnownHeader.values().length;

    /** What {@link #next} found. */
    enum Step {
        /** One more line, at {@code count() - 1}. */
        LINE,
        /** The empty line that ends the head. */
        END,
        /** The bytes ended. */
        MORE,
        /** See {@link #fault}. */
        REFUSED
    }

    private final int max;
    private int count;
    /** Lines follow one another: where a line ends, the next one starts. */
    private int[] lineStart;

    private int[] nameEnd;
    private int[] valueStart;
    private int[] valueEnd;
    private KnownHeader[] header;
    private final int[] firstOf = new int[KINDS];
    private int end;
    private HttpFault fault = HttpFault.NONE;

    HeaderLines(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("maxHeaders must be at least 1, not " + max);
        }
        this.max = max;
        int room = Math.min(max, INITIAL);
        lineStart = new int[room + 1];
        nameEnd = new int[room];
        valueStart = new int[room];
        valueEnd = new int[room];
        header = new KnownHeader[room];
        start(0);
    }

    private void grow() {
        int room = Math.min(max, 2 * header.length);
        lineStart = Arrays.copyOf(lineStart, room + 1);
        nameEnd = Arrays.copyOf(nameEnd, room);
        valueStart = Arrays.copyOf(valueStart, room);
        valueEnd = Arrays.copyOf(valueEnd, room);
        header = Arrays.copyOf(header, room);
    }

    public int count() {
        return count;
    }

    /** Returns the offset of the name's first byte. */
    public int lineStart(int i) {
        return lineStart[i];
    }

    /** Returns the offset after the line's CRLF. */
    public int lineEnd(int i) {
        return lineStart[i + 1];
    }

    /** Returns the offset of the colon. */
    public int nameEnd(int i) {
        return nameEnd[i];
    }

    /** Returns the offset of the value's first byte that is no blank; {@link #valueEnd} if there is none. */
    public int valueStart(int i) {
        return valueStart[i];
    }

    /** Returns the offset after the value's last byte that is no blank. */
    public int valueEnd(int i) {
        return valueEnd[i];
    }

    public KnownHeader header(int i) {
        return header[i];
    }

    /** Returns the first line of that name, or -1. */
    int firstOf(KnownHeader name) {
        return firstOf[name.ordinal()];
    }

    /**
     * Returns the last line of that name, or -1. {@code _} and {@code -} are the same, as RGW sees names.
     *
     * @param bytes those of the head
     */
    public int lastOf(byte[] bytes, byte[] lowerCaseName) {
        for (int i = count - 1; i >= 0; i--) {
            boolean sameLength = nameEnd[i] - lineStart[i] == lowerCaseName.length;
            if (sameLength && OctetClasses.startsWithFolded(bytes, lineStart[i], nameEnd[i], lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    /** Forgets the lines; the next one starts at that offset. */
    void start(int offset) {
        count = 0;
        lineStart[0] = offset;
        Arrays.fill(firstOf, -1);
        fault = HttpFault.NONE;
    }

    /** Returns the offset after the empty line, once it was found. */
    int end() {
        return end;
    }

    HttpFault fault() {
        return fault;
    }

    /** Reads the next line of {@code bytes[.., limit)}. */
    Step next(byte[] bytes, int limit) {
        int start = lineStart[count];
        if (start == limit) {
            return Step.MORE;
        }
        byte first = bytes[start];
        if (first == OctetClasses.CR) {
            end = start + 2;
            return lineFeed(bytes, start + 1, limit, Step.END);
        }
        if (OctetClasses.isBlank(first)) {
            return refuse(HttpFault.OBS_FOLD);
        }
        if (count == max) {
            return refuse(HttpFault.TOO_MANY_HEADERS);
        }

        int colon = OctetClasses.skip(OctetClasses.TOKEN, bytes, start, limit);
        if (colon == limit) {
            return Step.MORE;
        }
        if (bytes[colon] != ':' || colon == start) {
            return refuse(bytes[colon] == OctetClasses.LF ? HttpFault.BARE_LF : HttpFault.HEADER_NAME);
        }

        int value = OctetClasses.skipBlanks(bytes, colon + 1, limit);
        int cr = OctetClasses.skipValue(bytes, value, limit);
        if (cr == limit) {
            return Step.MORE;
        }
        if (bytes[cr] != OctetClasses.CR) {
            return refuse(bytes[cr] == OctetClasses.LF ? HttpFault.BARE_LF : HttpFault.HEADER_VALUE);
        }
        Step step = lineFeed(bytes, cr + 1, limit, Step.LINE);
        if (step == Step.LINE) {
            add(bytes, colon, value, cr);
        }
        return step;
    }

    private void add(byte[] bytes, int colon, int value, int cr) {
        if (count == header.length) {
            grow();
        }
        KnownHeader name = KnownHeader.of(bytes, lineStart[count], colon);
        nameEnd[count] = colon;
        valueStart[count] = value;
        valueEnd[count] = OctetClasses.trimEnd(bytes, value, cr);
        header[count] = name;
        if (firstOf[name.ordinal()] < 0) {
            firstOf[name.ordinal()] = count;
        }
        count++;
        lineStart[count] = cr + 2;
    }

    private Step lineFeed(byte[] bytes, int at, int limit, Step then) {
        if (at == limit) {
            return Step.MORE;
        }
        return bytes[at] == OctetClasses.LF ? then : refuse(HttpFault.BARE_CR);
    }

    private Step refuse(HttpFault why) {
        fault = why;
        return Step.REFUSED;
    }
}

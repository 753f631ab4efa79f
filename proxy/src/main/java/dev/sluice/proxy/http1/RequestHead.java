package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * The head of a request. Reused from request to request; belongs to one thread. Offsets count from the first byte of the
 * method, and what is asked about a request means something only after {@link #parse} said COMPLETE.
 */
public final class RequestHead extends Head {
    /** The methods that S3 uses; all but CONNECT pass. */
    public enum Method {
        GET,
        HEAD,
        PUT,
        POST,
        DELETE,
        OPTIONS,
        OTHER;

        private static final Method[] NAMED = {GET, HEAD, PUT, POST, DELETE, OPTIONS};
        private static final byte[][] NAMES =
                Stream.of(NAMED).map(method -> ascii(method.name())).toArray(byte[][]::new);

        private static Method of(byte[] bytes, int length) {
            for (int i = 0; i < NAMED.length; i++) {
                if (equalsWord(bytes, length, NAMES[i])) {
                    return NAMED[i];
                }
            }
            return OTHER;
        }
    }

    private static final int MAX_METHOD_BYTES = 32;
    private static final int VERSION_BYTES = 8;
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] PRI = ascii("PRI");
    private static final byte[] CONTINUE = ascii("100-continue");

    private Method method = Method.OTHER;
    private int methodEnd;
    private int targetEnd;
    private int queryStart = -1;

    public RequestHead() {
        this(HeaderLines.DEFAULT_MAX);
    }

    /** @param maxHeaders a head with more header lines is refused */
    public RequestHead(int maxHeaders) {
        super(maxHeaders);
    }

    public Method method() {
        return method;
    }

    /** Returns the offset of the space after the method, which starts at 0. */
    public int methodEnd() {
        return methodEnd;
    }

    public int targetStart() {
        return methodEnd + 1;
    }

    public int targetEnd() {
        return targetEnd;
    }

    /** Returns the offset after the first {@code ?}, or -1 without one. */
    public int queryStart() {
        return queryStart;
    }

    /** Whether the client waits for a 100 before it sends the body. HTTP/1.0 knows no such thing. */
    public boolean expectsContinue() {
        return !http10 && index(Header.EXPECT) >= 0;
    }

    public boolean hasBody() {
        return contentLength() > 0 || isChunked();
    }

    /** Also an {@code Expect} in HTTP/1.0, where it is to be ignored. */
    @Override
    public boolean isHopByHop(int line) {
        return super.isHopByHop(line) || (http10 && lines.header(line) == Header.EXPECT);
    }

    @Override
    Fault startLine(int limit) {
        Fault found = method(limit);
        if (found != Fault.NONE || methodEnd == limit) {
            return found;
        }
        found = target(limit);
        if (found != Fault.NONE || targetEnd == limit) {
            return found;
        }
        return version(targetEnd + 1, limit);
    }

    private Fault method(int limit) {
        methodEnd = Octets.skip(Octets.TOKEN, bytes, 0, limit);
        if (methodEnd > MAX_METHOD_BYTES) {
            return Fault.METHOD;
        }
        if (methodEnd == limit) {
            return Fault.NONE;
        }
        byte after = bytes[methodEnd];
        if (after != Octets.SP) {
            return lineFault(after, Fault.METHOD);
        }
        if (methodEnd == 0) {
            return Fault.REQUEST_LINE;
        }
        method = Method.of(bytes, methodEnd);
        return equalsWord(bytes, methodEnd, CONNECT) ? Fault.CONNECT_REFUSED : Fault.NONE;
    }

    private Fault target(int limit) {
        int start = methodEnd + 1;
        queryStart = -1;
        targetEnd = limit;
        if (start == limit) {
            return Fault.NONE;
        }
        Fault found = targetForm(bytes[start]);
        if (found != Fault.NONE) {
            return found;
        }
        int end = Octets.skip(Octets.PATH, bytes, start, limit);
        if (end < limit && bytes[end] == '?') {
            queryStart = end + 1;
            end = Octets.skip(Octets.QUERY, bytes, queryStart, limit);
        }
        boolean asterisk = bytes[start] == '*';
        if (asterisk && end > start + 1) {
            return Fault.TARGET;
        }
        targetEnd = end;
        if (end == limit || bytes[end] == Octets.SP) {
            return Fault.NONE;
        }
        return bytes[end] == '#' ? Fault.FRAGMENT : lineFault(bytes[end], Fault.TARGET);
    }

    /** By its first byte, a target is a path, the asterisk of OPTIONS, or refused. */
    private Fault targetForm(byte first) {
        if (first == '/') {
            return Fault.NONE;
        }
        if (first == '*') {
            if (method == Method.OPTIONS) {
                return Fault.NONE;
            }
            return equalsWord(bytes, methodEnd, PRI) ? Fault.HTTP2_PREFACE : Fault.TARGET;
        }
        boolean letter = Octets.lower(first) >= 'a' && Octets.lower(first) <= 'z';
        if (letter) {
            return Fault.ABSOLUTE_FORM;
        }
        return first == Octets.SP ? Fault.REQUEST_LINE : lineFault(first, Fault.TARGET);
    }

    private Fault version(int start, int limit) {
        int end = start + VERSION_BYTES;
        if (!isVersion(start, limit)) {
            return lineFault(bytes[start], Fault.VERSION);
        }
        if (limit <= end) {
            return Fault.NONE;
        }
        if (bytes[end] != Octets.CR) {
            return lineFault(bytes[end], Fault.VERSION);
        }
        if (limit == end + 1) {
            return Fault.NONE;
        }
        if (bytes[end + 1] != Octets.LF) {
            return Fault.BARE_CR;
        }
        startLineEnd = end + 2;
        return Fault.NONE;
    }

    /** A byte that ends a part of the line too early. */
    private static Fault lineFault(byte octet, Fault otherwise) {
        return switch (octet) {
            case Octets.LF -> Fault.BARE_LF;
            case Octets.CR, Octets.SP, Octets.HTAB -> Fault.REQUEST_LINE;
            default -> otherwise;
        };
    }

    @Override
    Fault headerLine(int line) {
        Header name = lines.header(line);
        if (name == Header.OTHER) {
            return framing.headerLine(bytes, line, http10);
        }
        int valueStart = lines.valueStart(line);
        int valueEnd = lines.valueEnd(line);
        return switch (name) {
            case HOST -> {
                if (index(Header.HOST) != line) {
                    yield Fault.DUPLICATE_HOST;
                }
                yield HostValue.isGood(bytes, valueStart, valueEnd) ? Fault.NONE : Fault.BAD_HOST;
            }
            case AUTHORIZATION -> index(Header.AUTHORIZATION) == line ? Fault.NONE : Fault.DUPLICATE_AUTHORIZATION;
            case EXPECT ->
                Octets.equalsIgnoreCase(bytes, valueStart, valueEnd, CONTINUE) ? Fault.NONE : Fault.EXPECTATION;
            default -> framing.headerLine(bytes, line, http10);
        };
    }

    @Override
    Fault end() {
        return http10 || index(Header.HOST) >= 0 ? Fault.NONE : Fault.MISSING_HOST;
    }

    private static boolean equalsWord(byte[] bytes, int length, byte[] word) {
        if (length != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

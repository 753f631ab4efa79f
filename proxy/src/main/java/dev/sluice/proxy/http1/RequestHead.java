package dev.sluice.proxy.http1;

import java.nio.charset.StandardCharsets;

/**
 * The head of a request. Reused from request to request; belongs to one thread. Offsets count from the first byte of
 * the method. All accessors are valid only after {@link #parse} returned COMPLETE.
 */
public final class RequestHead extends MessageHead {
    private static final int METHOD_BYTES_MAX = 32;
    private static final int VERSION_BYTES = 8;
    private static final byte[] CONNECT = ascii("CONNECT");
    private static final byte[] PRI = ascii("PRI");
    private static final byte[] CONTINUE = ascii("100-continue");

    private HttpMethod method = HttpMethod.OTHER;
    private int methodEnd;
    private int targetEnd;
    private int queryStart = -1;
    private boolean continued;

    /** A parser that accepts the default number of header lines. */
    public RequestHead() {
        this(HeaderLines.DEFAULT_MAX);
    }

    /**
     * A parser.
     *
     * @param maxHeaders a head with more header lines is malformed
     */
    public RequestHead(int maxHeaders) {
        super(maxHeaders);
    }

    /** The method of the request. */
    public HttpMethod method() {
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

    /**
     * Whether the client may wait for a 100 before it sends the body: {@code 100-continue} is among what it expects. HTTP/1.0
     * knows no such thing.
     */
    public boolean expectsContinue() {
        int first = index(KnownHeader.EXPECT);
        if (http10 || continued || first < 0) {
            return false;
        }
        for (int line = first; line < lines.count(); line++) {
            if (lines.header(line) == KnownHeader.EXPECT
                    && listsContinue(lines.valueStart(line), lines.valueEnd(line))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a list of expectations (RFC 9110, 10.1.1) has {@code 100-continue}, with or without parameters. */
    private boolean listsContinue(int from, int to) {
        int at = from;
        while (at < to) {
            int start = OctetClasses.skipBlanks(bytes, at, to);
            int end = OctetClasses.skip(OctetClasses.TOKEN, bytes, start, to);
            if (OctetClasses.equalsIgnoreCase(bytes, start, end, CONTINUE)) {
                return true;
            }
            at = OctetClasses.indexOf((byte) ',', bytes, end, to) + 1;
        }
        return false;
    }

    /** The client has its 100 already: an {@code Expect} means nothing more, and is not forwarded. */
    public void onContinued() {
        continued = true;
    }

    /** Whether {@link #onContinued} was called. */
    public boolean isContinued() {
        return continued;
    }

    public boolean hasBody() {
        return contentLength() > 0 || isChunked();
    }

    /** Also an {@code Expect} that is to be ignored. */
    @Override
    public boolean isHopByHop(int line) {
        return super.isHopByHop(line) || ((http10 || continued) && lines.header(line) == KnownHeader.EXPECT);
    }

    @Override
    HttpFault startLine(int limit) {
        continued = false;
        HttpFault found = method(limit);
        if (found != HttpFault.NONE || methodEnd == limit) {
            return found;
        }
        found = target(limit);
        if (found != HttpFault.NONE || targetEnd == limit) {
            return found;
        }
        return version(targetEnd + 1, limit);
    }

    private HttpFault method(int limit) {
        methodEnd = OctetClasses.skip(OctetClasses.TOKEN, bytes, 0, limit);
        if (methodEnd > METHOD_BYTES_MAX) {
            return HttpFault.METHOD;
        }
        if (methodEnd == limit) {
            return HttpFault.NONE;
        }
        byte after = bytes[methodEnd];
        if (after != OctetClasses.SP) {
            return lineFault(after, HttpFault.METHOD);
        }
        if (methodEnd == 0) {
            return HttpFault.REQUEST_LINE;
        }
        method = HttpMethod.of(bytes, methodEnd);
        return OctetClasses.isWord(bytes, methodEnd, CONNECT) ? HttpFault.CONNECT_REFUSED : HttpFault.NONE;
    }

    private HttpFault target(int limit) {
        int start = methodEnd + 1;
        queryStart = -1;
        targetEnd = limit;
        if (start == limit) {
            return HttpFault.NONE;
        }
        HttpFault found = targetForm(bytes[start]);
        if (found != HttpFault.NONE) {
            return found;
        }
        int end = OctetClasses.skip(OctetClasses.PATH, bytes, start, limit);
        if (end < limit && bytes[end] == '?') {
            queryStart = end + 1;
            end = OctetClasses.skip(OctetClasses.QUERY, bytes, queryStart, limit);
        }
        boolean asterisk = bytes[start] == '*';
        if (asterisk && end > start + 1) {
            return HttpFault.TARGET;
        }
        targetEnd = end;
        if (end == limit || bytes[end] == OctetClasses.SP) {
            return HttpFault.NONE;
        }
        return bytes[end] == '#' ? HttpFault.FRAGMENT : lineFault(bytes[end], HttpFault.TARGET);
    }

    /** By its first byte, a target is a path, the asterisk of OPTIONS, or malformed. */
    private HttpFault targetForm(byte first) {
        if (first == '/') {
            return HttpFault.NONE;
        }
        if (first == '*') {
            if (method == HttpMethod.OPTIONS) {
                return HttpFault.NONE;
            }
            return OctetClasses.isWord(bytes, methodEnd, PRI) ? HttpFault.HTTP2_PREFACE : HttpFault.TARGET;
        }
        boolean letter = OctetClasses.lower(first) >= 'a' && OctetClasses.lower(first) <= 'z';
        if (letter) {
            return HttpFault.ABSOLUTE_FORM;
        }
        return first == OctetClasses.SP ? HttpFault.REQUEST_LINE : lineFault(first, HttpFault.TARGET);
    }

    private HttpFault version(int start, int limit) {
        int end = start + VERSION_BYTES;
        if (!isVersion(start, limit)) {
            return lineFault(bytes[start], HttpFault.VERSION);
        }
        if (limit <= end) {
            return HttpFault.NONE;
        }
        if (bytes[end] != OctetClasses.CR) {
            return lineFault(bytes[end], HttpFault.VERSION);
        }
        if (limit == end + 1) {
            return HttpFault.NONE;
        }
        if (bytes[end + 1] != OctetClasses.LF) {
            return HttpFault.BARE_CR;
        }
        startLineEnd = end + 2;
        return HttpFault.NONE;
    }

    /** A byte that ends a part of the line too early. */
    private static HttpFault lineFault(byte octet, HttpFault otherwise) {
        return switch (octet) {
            case OctetClasses.LF -> HttpFault.BARE_LF;
            case OctetClasses.CR, OctetClasses.SP, OctetClasses.HTAB -> HttpFault.REQUEST_LINE;
            default -> otherwise;
        };
    }

    @Override
    HttpFault headerLine(int line) {
        KnownHeader name = lines.header(line);
        if (name == KnownHeader.OTHER) {
            return framing.headerLine(bytes, line, http10);
        }
        int valueStart = lines.valueStart(line);
        int valueEnd = lines.valueEnd(line);
        return switch (name) {
            case HOST -> {
                if (index(KnownHeader.HOST) != line) {
                    yield HttpFault.DUPLICATE_HOST;
                }
                yield HostValue.isGood(bytes, valueStart, valueEnd) ? HttpFault.NONE : HttpFault.BAD_HOST;
            }
            case AUTHORIZATION ->
                index(KnownHeader.AUTHORIZATION) == line ? HttpFault.NONE : HttpFault.DUPLICATE_AUTHORIZATION;
            default -> framing.headerLine(bytes, line, http10);
        };
    }

    @Override
    HttpFault end() {
        return http10 || index(KnownHeader.HOST) >= 0 ? HttpFault.NONE : HttpFault.MISSING_HOST;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

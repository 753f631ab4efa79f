package dev.sluice.proxy.http1;

/**
 * The head of a response from upstream. Reused from response to response; belongs to one thread. Framing is parsed as
 * strictly as for requests: if two readers cut a response differently, the next responses of the connection are wrong.
 */
public final class ResponseHead extends MessageHead {
    /** Where the body of a response ends. */
    public enum ResponseBodyEnd {
        /** There is none. */
        NONE,
        /** After {@link ResponseHead#contentLength} bytes, which may be 0. */
        LENGTH,
        /** With the last chunk. */
        CHUNKED,
        /** With the connection. */
        UNTIL_CLOSE
    }

    private static final int VERSION_BYTES = 8;
    /** Where the three digits end. */
    private static final int STATUS_END = VERSION_BYTES + 4;

    private static final int SWITCHING = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private int status;

    /** A parser that accepts the default number of header lines. */
    public ResponseHead() {
        this(HeaderLines.DEFAULT_MAX);
    }

    /**
     * A parser.
     *
     * @param maxHeaders a head with more header lines is malformed
     */
    public ResponseHead(int maxHeaders) {
        super(maxHeaders);
    }

    /** Returns 100 to 599. */
    public int status() {
        return status;
    }

    /** Whether it is a 1xx, after which the response proper follows. */
    public boolean isInformational() {
        return status < 200;
    }

    /** Returns where the body ends if this responds to a request with that method. */
    public ResponseBodyEnd bodyEnd(HttpMethod request) {
        if (request == HttpMethod.HEAD || isInformational() || status == NO_CONTENT || status == NOT_MODIFIED) {
            return ResponseBodyEnd.NONE;
        }
        if (isChunked()) {
            return ResponseBodyEnd.CHUNKED;
        }
        return contentLength() >= 0 ? ResponseBodyEnd.LENGTH : ResponseBodyEnd.UNTIL_CLOSE;
    }

    @Override
    HttpFault startLine(int limit) {
        status = 0;
        if (!isVersion(0, limit)) {
            return HttpFault.STATUS_LINE;
        }
        if (limit > VERSION_BYTES && bytes[VERSION_BYTES] != OctetClasses.SP) {
            return HttpFault.STATUS_LINE;
        }
        for (int at = VERSION_BYTES + 1; at < Math.min(limit, STATUS_END); at++) {
            if (!OctetClasses.is(OctetClasses.DIGIT, bytes[at])) {
                return HttpFault.STATUS_LINE;
            }
            status = status * 10 + (bytes[at] - '0');
        }
        if (limit < STATUS_END) {
            return HttpFault.NONE;
        }
        if (status < 100 || status > 599) {
            return HttpFault.STATUS_LINE;
        }
        return status == SWITCHING ? HttpFault.SWITCHING_PROTOCOLS : reason(limit);
    }

    /** The reason phrase may be empty, and the space before it may then be missing. */
    private HttpFault reason(int limit) {
        if (limit == STATUS_END) {
            return HttpFault.NONE;
        }
        byte separator = bytes[STATUS_END];
        if (separator != OctetClasses.SP && separator != OctetClasses.CR) {
            return separator == OctetClasses.LF ? HttpFault.BARE_LF : HttpFault.STATUS_LINE;
        }
        int cr = OctetClasses.skip(OctetClasses.VALUE, bytes, STATUS_END, limit);
        if (cr == limit) {
            return HttpFault.NONE;
        }
        if (bytes[cr] != OctetClasses.CR) {
            return bytes[cr] == OctetClasses.LF ? HttpFault.BARE_LF : HttpFault.STATUS_LINE;
        }
        if (cr + 1 == limit) {
            return HttpFault.NONE;
        }
        if (bytes[cr + 1] != OctetClasses.LF) {
            return HttpFault.BARE_CR;
        }
        startLineEnd = cr + 2;
        return HttpFault.NONE;
    }

    @Override
    HttpFault headerLine(int line) {
        return framing.headerLine(bytes, line, http10);
    }

    @Override
    HttpFault end() {
        return HttpFault.NONE;
    }
}

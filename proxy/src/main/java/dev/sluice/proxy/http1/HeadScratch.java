package dev.sluice.proxy.http1;

/**
 * The parsers and the byte array that all connections of one event loop share, because heads are parsed one at a time. A
 * parsed head is valid until the next head of the same kind is parsed.
 */
public final class HeadScratch {
    private final RequestHead requestHead;
    private final ResponseHead responseHead;
    private final byte[] bytes;
    private final int headBytesMax;

    /**
     * Allocates the parsers.
     *
     * @param headBytesMax a larger head is malformed
     * @param requestHeadersMax a request with more header lines is malformed
     */
    public HeadScratch(int headBytesMax, int requestHeadersMax) {
        this.headBytesMax = headBytesMax;
        this.requestHead = new RequestHead(requestHeadersMax);
        // Headers that clients store with an object come back with it, beside RGW's own.
        this.responseHead = new ResponseHead(Math.max(requestHeadersMax, HeaderLines.DEFAULT_MAX));
        // One byte more than a head may have, so that a head that is too large is recognised.
        this.bytes = new byte[headBytesMax + 1];
    }

    /** The parser of requests. */
    public RequestHead requestHead() {
        return requestHead;
    }

    /** The parser of responses. */
    public ResponseHead responseHead() {
        return responseHead;
    }

    /** The array that heads are copied to before they are parsed. */
    public byte[] bytes() {
        return bytes;
    }

    /** The size of the largest head that is accepted. */
    public int headBytesMax() {
        return headBytesMax;
    }
}

package dev.sluice.proxy.http1;

/**
 * The parsers and the byte array that all connections of one event loop share, because heads are parsed one at a time. A
 * parsed head is valid until the next head of the same kind is parsed.
 *
 * <p>A response may have a larger head than a request: clients store headers with an object, by headers of at most 16 KiB or
 * by fields of a form, and RGW adds its own and those that a bucket's CORS rules list (radosgw 16.2 and 18.2).
 */
public final class HeadScratch {
    /** A response with a larger head is malformed. RGW takes CORS rules of up to 1 MiB, by {@code rgw_max_put_param_size}. */
    static final int RESPONSE_BYTES_MAX = 1 << 20;
    /** A response with more header lines is malformed. A form of 5,000 fields becomes an object with as many lines. */
    static final int RESPONSE_LINES_MAX = 1 << 14;

    private final RequestHead requestHead;
    private final ResponseHead responseHead;
    private final byte[] bytes;
    private final int requestBytesMax;

    /**
     * Allocates the parsers.
     *
     * @param requestBytesMax a request with a larger head is malformed
     * @param requestLinesMax a request with more header lines is malformed
     */
    public HeadScratch(int requestBytesMax, int requestLinesMax) {
        this.requestBytesMax = requestBytesMax;
        this.requestHead = new RequestHead(requestLinesMax);
        this.responseHead = new ResponseHead(RESPONSE_LINES_MAX);
        // One byte more than a head may have, so that a head that is too large is recognised.
        this.bytes = new byte[requestBytesMax + 1];
    }

    /** The parser of requests. */
    public RequestHead requestHead() {
        return requestHead;
    }

    /** The parser of responses. */
    public ResponseHead responseHead() {
        return responseHead;
    }

    /** The array that heads of requests are copied to before they are parsed. */
    public byte[] bytes() {
        return bytes;
    }

    /** An array for a response of which {@code received} bytes are there: the same one, but for the rare large head. */
    public byte[] responseBytes(int received) {
        return received <= bytes.length ? bytes : new byte[Math.min(received, RESPONSE_BYTES_MAX + 1)];
    }

    /** The size of the largest head of a request that is accepted. */
    public int requestBytesMax() {
        return requestBytesMax;
    }

    /** The same of a response. */
    public int responseBytesMax() {
        return RESPONSE_BYTES_MAX;
    }
}

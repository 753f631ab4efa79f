package dev.sluice.proxy.http1;

import io.netty.buffer.ByteBuf;

/**
 * Finds the end of a body while its bytes pass untouched. There is one for each direction of a connection; it is reused
 * from message to message.
 */
public final class BodyFraming {
    private enum FramingKind {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private FramingKind kind = FramingKind.LENGTH;
    private long left;
    private final ChunkedBody chunks = new ChunkedBody();
    private long chunkData;

    /** Starts the body of a request. */
    public void begin(RequestHead head) {
        if (head.isChunked()) {
            beginChunked();
        } else {
            beginLength(Math.max(0, head.contentLength()));
        }
    }

    /** Starts the body of a response to a request with that method. */
    public void begin(ResponseHead head, HttpMethod request) {
        switch (head.bodyEnd(request)) {
            case NONE -> beginLength(0);
            case LENGTH -> beginLength(head.contentLength());
            case CHUNKED -> beginChunked();
            case UNTIL_CLOSE -> kind = FramingKind.UNTIL_CLOSE;
        }
    }

    private void beginLength(long bodyBytes) {
        kind = FramingKind.LENGTH;
        left = bodyBytes;
    }

    private void beginChunked() {
        kind = FramingKind.CHUNKED;
        chunks.reset();
        chunkData = 0;
    }

    /** Returns how many bytes from {@code from} on belong to the body. Each byte must be passed exactly once. */
    public int advance(ByteBuf bytes, int from, int to) {
        return switch (kind) {
            case LENGTH -> {
                int bodyBytes = (int) Math.min(left, to - from);
                left -= bodyBytes;
                yield bodyBytes;
            }
            case CHUNKED -> chunks.isDone() ? 0 : chunks.advance(bytes, from, to);
            case UNTIL_CLOSE -> to - from;
        };
    }

    /**
     * Returns how many of the bytes of the last {@link #advance} are content and not chunk framing. To be called once
     * after each {@link #advance}.
     *
     * @param advancedBytes what that call returned
     */
    public int content(int advancedBytes) {
        if (kind != FramingKind.CHUNKED) {
            return advancedBytes;
        }
        long before = chunkData;
        chunkData = chunks.dataBytes();
        return (int) (chunkData - before);
    }

    /** Whether the end of the body has passed. */
    public boolean isDone() {
        return switch (kind) {
            case LENGTH -> left == 0;
            case CHUNKED -> chunks.isDone();
            case UNTIL_CLOSE -> false;
        };
    }

    /** Whether the body lasts until its connection closes. */
    public boolean endsWithConnection() {
        return kind == FramingKind.UNTIL_CLOSE;
    }

    /** Whether the chunks are malformed, so that the end of the body is unknown. */
    public boolean isInvalid() {
        return kind == FramingKind.CHUNKED && chunks.isInvalid();
    }
}

package dev.sluice.proxy.exchange;

import dev.sluice.proxy.http1.ChunkedBody;
import dev.sluice.proxy.http1.ResponseHead;
import io.netty.buffer.ByteBuf;

/** Tells where a body ends, while it passes untouched. One per direction of a connection, used again and again. */
public final class BodyFraming {
    private enum Kind {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private Kind kind = Kind.LENGTH;
    private long left;
    private final ChunkedBody chunks = new ChunkedBody();
    private long chunkData;

    /** No body, or one of that many bytes. */
    public void beginLength(long bodyBytes) {
        kind = Kind.LENGTH;
        left = bodyBytes;
    }

    public void beginChunked() {
        kind = Kind.CHUNKED;
        chunks.reset();
        chunkData = 0;
    }

    /** The body of an answer. */
    void begin(ResponseHead head, boolean answersHead) {
        switch (head.body(answersHead)) {
            case NONE -> beginLength(0);
            case LENGTH -> beginLength(head.contentLength());
            case CHUNKED -> beginChunked();
            case UNTIL_CLOSE -> beginUntilClose();
        }
    }

    private void beginUntilClose() {
        kind = Kind.UNTIL_CLOSE;
    }

    /** How many bytes from {@code from} on belong to the body. Each byte is to be shown once. */
    public int advance(ByteBuf bytes, int from, int to) {
        return switch (kind) {
            case LENGTH -> {
                int mine = (int) Math.min(left, to - from);
                left -= mine;
                yield mine;
            }
            case CHUNKED -> chunks.isDone() ? 0 : chunks.advance(bytes, from, to);
            case UNTIL_CLOSE -> to - from;
        };
    }

    /**
     * How much of what was advanced over last is content, and not the framing of chunks. To be asked once for each
     * {@link #advance}.
     *
     * @param advancedBytes what that returned
     */
    public int content(int advancedBytes) {
        if (kind != Kind.CHUNKED) {
            return advancedBytes;
        }
        long before = chunkData;
        chunkData = chunks.dataBytes();
        return (int) (chunkData - before);
    }

    public boolean isDone() {
        return switch (kind) {
            case LENGTH -> left == 0;
            case CHUNKED -> chunks.isDone();
            case UNTIL_CLOSE -> false;
        };
    }

    boolean endsWithConnection() {
        return kind == Kind.UNTIL_CLOSE;
    }

    /** The chunks make no sense: where the body ends can't be told any more. */
    public boolean isInvalid() {
        return kind == Kind.CHUNKED && chunks.isInvalid();
    }
}

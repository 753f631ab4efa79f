package dev.sluice.proxy.downstream;

import dev.sluice.proxy.exchange.BodyFraming;
import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * What a client sends, cut into heads and bodies. It holds what was read and not yet taken, which is one read's worth at
 * most: the next one is due when all is taken. Belongs to one event loop.
 */
public final class ClientInput {
    private static final int EMPTY_LINE_BYTES = 2;

    private final ClientRateCheck pace;
    private final InputBuffer inbox = new InputBuffer();
    private final BodyFraming body = new BodyFraming();
    private boolean emptyLineSkipped;
    private boolean shut;
    private long droppedBytes;

    ClientInput(ClientRateCheck pace) {
        this.pace = pace;
    }

    /** Takes over what was read. */
    void add(ByteBuf read, ByteBufAllocator allocator) {
        inbox.add(read, allocator);
    }

    /** The client sends nothing more than what is here. */
    void shut() {
        shut = true;
    }

    boolean isShut() {
        return shut;
    }

    boolean isEmpty() {
        return inbox.isEmpty();
    }

    /** An empty line before a head is none of it: some clients send one behind a body. */
    boolean isHeadBegun() {
        return inbox.size() > EMPTY_LINE_BYTES;
    }

    void clear() {
        inbox.clear();
    }

    // --- heads --------------------------------------------------------------------------------

    /**
     * Parses the head that is next, and leaves it where it is.
     *
     * @param scratch what it is copied to, one byte more than a head may have
     */
    HeadParseResult parseHead(RequestHead head, byte[] scratch, int maxHeadBytes) {
        int length = inbox.peek(scratch, scratch.length);
        if (scratch[0] == '\r' && !emptyLineSkipped) {
            if (length == 1) {
                return HeadParseResult.INCOMPLETE;
            }
            skipEmptyLine(scratch);
            if (inbox.isEmpty()) {
                return HeadParseResult.INCOMPLETE;
            }
            length = inbox.peek(scratch, scratch.length);
        }
        return head.parse(scratch, length, maxHeadBytes);
    }

    /** One empty line before a head is taken for nothing, as RFC 9112, 2.2 asks; a second one is malformed. */
    private void skipEmptyLine(byte[] bytes) {
        emptyLineSkipped = true;
        if (bytes[1] == '\n') {
            inbox.skip(EMPTY_LINE_BYTES);
        }
    }

    /** Sees to it that what follows the head that was parsed is taken for its body. */
    void beginBody(RequestHead head) {
        emptyLineSkipped = false;
        if (head.isChunked()) {
            body.beginChunked();
        } else {
            body.beginLength(Math.max(0, head.contentLength()));
        }
    }

    /** Takes the head out; the caller owns it. */
    ByteBuf takeHead(RequestHead head) {
        return inbox.take(head.length());
    }

    void dropHead(RequestHead head) {
        inbox.skip(head.length());
    }

    // --- bodies -------------------------------------------------------------------------------

    /** Whether all of the body was passed on or dropped. */
    boolean isBodyDone() {
        return body.isDone();
    }

    /** Whether there is some of it. */
    boolean hasBody() {
        return !body.isDone() && !inbox.isEmpty();
    }

    /** The gateway or the proxy keeps the client from sending its body, or there is none to send. */
    public void holdBody() {
        pace.uploadHeld();
    }

    /** Passes on what is there of the body; whether there was any that is wanted. */
    boolean passBody(Exchange exchange) {
        if (!hasBody() || !exchange.takesBody()) {
            return false;
        }
        int mine = advance();
        pace.uploaded(mine);
        if (body.isInvalid()) {
            exchange.onMalformedBody();
        } else {
            exchange.onBody(inbox.take(mine), body.content(mine), body.isDone());
        }
        return true;
    }

    /** Drops what is there of the body; false: its chunks make no sense, and nobody knows where it ends. */
    boolean dropBody() {
        int mine = advance();
        if (body.isInvalid()) {
            return false;
        }
        inbox.skip(mine);
        return true;
    }

    private int advance() {
        ByteBuf bytes = inbox.view();
        return body.advance(bytes, bytes.readerIndex(), bytes.writerIndex());
    }

    /** Drops all that is there, whatever it is; how much that was since the connection began. */
    long dropAll() {
        droppedBytes += inbox.size();
        inbox.clear();
        return droppedBytes;
    }
}

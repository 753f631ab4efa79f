package dev.sluice.proxy.downstream;

import dev.sluice.proxy.exchange.Exchange;
import dev.sluice.proxy.exchange.RequestBodySource;
import dev.sluice.proxy.http1.BodyFraming;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.InputBuffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * What a client sends, cut into heads and bodies. It holds what was read and not yet taken, which is one read at most:
 * the next read is due when everything is taken. Belongs to one event loop.
 */
final class ClientInput implements RequestBodySource {
    private static final int EMPTY_LINE_BYTES = 2;

    /** The result of {@link #passBody}. */
    enum BodyStep {
        /** Nothing is there, or the exchange does not take it now. */
        NOTHING,
        PASSED,
        /** The chunks are malformed. */
        MALFORMED
    }

    private final ClientRateCheck rateCheck;
    private final InputBuffer inbox = new InputBuffer();
    private final BodyFraming body = new BodyFraming();
    private boolean emptyLineSkipped;
    private boolean shut;
    private long droppedBytes;

    ClientInput(ClientRateCheck rateCheck) {
        this.rateCheck = rateCheck;
    }

    /** Adds bytes that were read, which this takes over. */
    void add(ByteBuf read, ByteBufAllocator allocator) {
        inbox.add(read, allocator);
    }

    /** The client has shut down its output: nothing follows what is here. */
    void shut() {
        shut = true;
    }

    boolean isShut() {
        return shut;
    }

    boolean isEmpty() {
        return inbox.isEmpty();
    }

    /** How much was read and not yet taken. */
    int size() {
        return inbox.size();
    }

    /** Keeps what is here in a buffer of its size: it will be here for a while. */
    void shrink(ByteBufAllocator allocator) {
        inbox.shrink(allocator);
    }

    /** Whether a part of a head is here. An empty line before it does not count: some clients send one behind a body. */
    boolean isHeadBegun() {
        return inbox.size() > EMPTY_LINE_BYTES;
    }

    void clear() {
        inbox.clear();
    }

    // --- heads --------------------------------------------------------------------------------

    /**
     * Parses the next head, and leaves its bytes where they are.
     *
     * @param scratch what it is copied to, one byte more than a head may have
     */
    HeadParseResult parseHead(RequestHead head, byte[] scratch, int headBytesMax) {
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
        return head.parse(scratch, length, headBytesMax);
    }

    /** One empty line before a head is ignored, as RFC 9112, 2.2 asks. A second one is malformed. */
    private void skipEmptyLine(byte[] bytes) {
        emptyLineSkipped = true;
        if (bytes[1] == '\n') {
            inbox.skip(EMPTY_LINE_BYTES);
        }
    }

    /** What follows the head that was parsed is its body. */
    void beginBody(RequestHead head) {
        emptyLineSkipped = false;
        body.begin(head);
    }

    /** How many bytes behind the head that was parsed are here. */
    int bytesBehind(RequestHead head) {
        return inbox.size() - head.length();
    }

    /** Copies the bytes behind the head, as many as fit, and leaves them where they are. Returns their number. */
    int peekBehind(RequestHead head, byte[] into) {
        ByteBuf bytes = inbox.view();
        int length = Math.min(into.length, bytesBehind(head));
        bytes.getBytes(bytes.readerIndex() + head.length(), into, 0, length);
        return length;
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

    @Override
    public boolean hasBody() {
        return !body.isDone() && !inbox.isEmpty();
    }

    @Override
    public void onBodyHeldBack() {
        rateCheck.onUploadHeldBack();
    }

    /** Passes on what is here of the body, if the exchange takes it. */
    BodyStep passBody(Exchange exchange) {
        if (!hasBody() || !exchange.takesBody()) {
            return BodyStep.NOTHING;
        }
        int bodyBytes = advance();
        rateCheck.onUploaded(bodyBytes);
        if (body.isInvalid()) {
            return BodyStep.MALFORMED;
        }
        exchange.onBody(inbox.take(bodyBytes), body.content(bodyBytes), body.isDone());
        return BodyStep.PASSED;
    }

    /** Drops what is here of the body. Returns false if its chunks are malformed, so that its end is unknown. */
    boolean dropBody() {
        int bodyBytes = advance();
        if (body.isInvalid()) {
            return false;
        }
        inbox.skip(bodyBytes);
        return true;
    }

    private int advance() {
        ByteBuf bytes = inbox.view();
        return body.advance(bytes, bytes.readerIndex(), bytes.writerIndex());
    }

    /** Drops everything that is here. Returns how many bytes were dropped in this way on this connection. */
    long dropAll() {
        droppedBytes += inbox.size();
        inbox.clear();
        return droppedBytes;
    }
}

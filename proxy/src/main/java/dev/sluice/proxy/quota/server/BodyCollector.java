package dev.sluice.proxy.quota.server;

import dev.sluice.proxy.http1.ChunkedBody;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.InputBuffer;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Gathers the body of one request after the other, or drops it. What is allocated grows with what has come, not with what was
 * announced. Belongs to one event loop.
 */
final class BodyCollector {
    private static final byte[] NONE = new byte[0];
    private static final int CAPACITY_MIN = 1024;
    /** The framing of chunks may be several times as long as their data, and no more. */
    private static final int CHUNK_FRAMING_FACTOR = 8;

    private final int bytesMax;
    private final BodyBudget budget;
    private final ChunkedBody chunks = new ChunkedBody();
    private boolean isChunked;
    private long left;
    private long chunkedBytes;
    private byte[] bytes = NONE;
    private int length;
    private long budgeted;

    /** How far a body is. */
    enum BodyProgress {
        MORE,
        DONE,
        TOO_LARGE,
        /** The chunks break a rule: the end of the body is not known. */
        MALFORMED,
        /** Too many clients have sent a part of a body. */
        NO_ROOM
    }

    BodyCollector(int bytesMax, BodyBudget budget) {
        this.bytesMax = bytesMax;
        this.budget = budget;
    }

    /** The next bytes of the input are the body of this request. */
    void begin(RequestHead head) {
        clear();
        isChunked = head.isChunked();
        left = Math.max(0, head.contentLength());
        chunks.reset();
        chunkedBytes = 0;
    }

    /** Whether the end of the body has passed. */
    boolean isDone() {
        return isChunked ? chunks.isDone() : left == 0;
    }

    /** Takes what is there of the body out of the input. */
    BodyProgress take(InputBuffer input) {
        return isChunked ? takeChunks(input) : takeLength(input);
    }

    private BodyProgress takeLength(InputBuffer input) {
        if (left > bytesMax - length) {
            return BodyProgress.TOO_LARGE;
        }
        int part = (int) Math.min(left, input.size());
        if (part > 0) {
            if (!reserve(part, part == left)) {
                return BodyProgress.NO_ROOM;
            }
            ByteBuf view = input.view();
            view.getBytes(view.readerIndex(), bytes, length, part);
            input.skip(part);
            length += part;
            left -= part;
        }
        return left == 0 ? BodyProgress.DONE : BodyProgress.MORE;
    }

    /** A byte at a time: chunks are rare here, and short. */
    private BodyProgress takeChunks(InputBuffer input) {
        ByteBuf view = input.view();
        int from = view.readerIndex();
        int at = from;
        int to = view.writerIndex();
        BodyProgress progress = BodyProgress.MORE;
        while (at < to && progress == BodyProgress.MORE && !chunks.isDone()) {
            long dataBefore = chunks.dataBytes();
            if (chunks.advance(view, at, at + 1) == 0) {
                progress = BodyProgress.MALFORMED;
            } else if (++chunkedBytes > (long) CHUNK_FRAMING_FACTOR * bytesMax) {
                progress = BodyProgress.TOO_LARGE;
            } else if (chunks.dataBytes() > dataBefore) {
                progress = add(view.getByte(at));
            }
            at++;
        }
        if (at > from) {
            input.skip(at - from);
        }
        return progress == BodyProgress.MORE && chunks.isDone() ? BodyProgress.DONE : progress;
    }

    private BodyProgress add(byte octet) {
        if (length == bytesMax) {
            return BodyProgress.TOO_LARGE;
        }
        if (!reserve(1, false)) {
            return BodyProgress.NO_ROOM;
        }
        bytes[length++] = octet;
        return BodyProgress.MORE;
    }

    /** Makes room for more bytes; false: the budget has none. A body that comes in one piece takes nothing of it. */
    private boolean reserve(int more, boolean isLast) {
        int needed = length + more;
        if (needed <= bytes.length) {
            return true;
        }
        int capacity = isLast ? needed : Math.min(bytesMax, Math.max(needed, Math.max(2 * bytes.length, CAPACITY_MIN)));
        if (length > 0 || !isLast) {
            if (!budget.take(capacity - bytes.length)) {
                return false;
            }
            budgeted += capacity - bytes.length;
        }
        bytes = Arrays.copyOf(bytes, capacity);
        return true;
    }

    /** Drops what is there of the body; false: its chunks break a rule. */
    boolean drop(InputBuffer input) {
        if (input.isEmpty() || isDone()) {
            return true;
        }
        ByteBuf view = input.view();
        if (!isChunked) {
            int part = (int) Math.min(left, input.size());
            left -= part;
            input.skip(part);
            return true;
        }
        int passed = chunks.advance(view, view.readerIndex(), view.writerIndex());
        if (chunks.isInvalid()) {
            return false;
        }
        input.skip(passed);
        return true;
    }

    /** The body, which is the caller's from now on. */
    byte[] finish() {
        byte[] body = bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        clear();
        return body;
    }

    /** Forgets what was gathered. */
    void clear() {
        budget.giveBack(budgeted);
        budgeted = 0;
        bytes = NONE;
        length = 0;
    }
}

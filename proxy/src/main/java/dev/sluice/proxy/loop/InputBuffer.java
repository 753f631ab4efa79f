package dev.sluice.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Bytes that were read from a socket and not yet taken. Owns its buffer. In the common case one read goes in and all of
 * it comes out without a copy. Only pieces are joined by copying: heads, which are small, and the records that TLS
 * makes of one read while they are not taken. Belongs to one event loop.
 */
public final class InputBuffer {
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    /** The buffer was allocated here and may grow, so that many pieces are not copied again for each new one. */
    private boolean isJoined;

    public boolean isEmpty() {
        return !bytes.isReadable();
    }

    public int size() {
        return bytes.readableBytes();
    }

    /** Takes over a buffer. */
    public void add(ByteBuf read, ByteBufAllocator allocator) {
        if (!bytes.isReadable()) {
            bytes.release();
            bytes = read;
            isJoined = false;
            return;
        }
        // A buffer with bytes taken is replaced: slices share it, and it would never shrink by the taken bytes.
        if (!isJoined || bytes.readerIndex() > 0) {
            ByteBuf joined = allocator.directBuffer(bytes.readableBytes() + read.readableBytes());
            joined.writeBytes(bytes);
            bytes.release();
            bytes = joined;
            isJoined = true;
        }
        bytes.writeBytes(read);
        read.release();
    }

    /** Keeps the bytes in a buffer of their size, if they don't fill the one that they were read into. */
    public void shrink(ByteBufAllocator allocator) {
        int length = bytes.readableBytes();
        if (length > 0 && bytes.capacity() - length > length / 4) {
            ByteBuf small = allocator.directBuffer(length);
            small.writeBytes(bytes);
            bytes.release();
            bytes = small;
            isJoined = true;
        }
    }

    /** Copies the first bytes, at most {@code max}, without taking them. */
    public int peek(byte[] into, int max) {
        int length = Math.min(max, bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), into, 0, length);
        return length;
    }

    /** The bytes themselves, for reading only. */
    public ByteBuf view() {
        return bytes;
    }

    public void skip(int length) {
        bytes.skipBytes(length);
        releaseIfEmpty();
    }

    /** Takes the first bytes out, without copying; the caller owns the result. */
    public ByteBuf take(int length) {
        if (length == bytes.readableBytes()) {
            ByteBuf all = bytes;
            bytes = Unpooled.EMPTY_BUFFER;
            return all;
        }
        return bytes.readRetainedSlice(length);
    }

    private void releaseIfEmpty() {
        if (!bytes.isReadable()) {
            clear();
        }
    }

    public void clear() {
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
    }
}

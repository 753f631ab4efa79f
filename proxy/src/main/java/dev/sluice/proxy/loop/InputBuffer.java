package dev.sluice.proxy.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * What was read from a socket and not yet taken. Owns its buffer. Usually one read goes in and all of it comes out; only
 * what comes in pieces is put together by copying: heads, which are small, and what TLS makes of one read, a piece for
 * each of its records, while nobody takes it. Belongs to one event loop.
 */
public final class InputBuffer {
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
    /** The buffer was made here and may grow, so that many pieces are not copied again for each. */
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
        // One that something was taken out of is left: slices share it, and it would grow by what is gone for ever.
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

    /** Copies the first bytes, at most {@code most}, without taking them. */
    public int peek(byte[] into, int most) {
        int length = Math.min(most, bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), into, 0, length);
        return length;
    }

    /** The bytes themselves, to be looked at only. */
    public ByteBuf view() {
        return bytes;
    }

    public void skip(int length) {
        bytes.skipBytes(length);
        releaseIfEmpty();
    }

    /** Takes the first bytes out, without copying; the caller owns what it gets. */
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

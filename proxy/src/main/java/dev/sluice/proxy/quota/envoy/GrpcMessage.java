package dev.sluice.proxy.quota.envoy;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The one message of a call, as it arrives: a byte that tells whether it is compressed, four bytes of length, and the
 * message (github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md). Bounded. Belongs to one event loop.
 */
final class GrpcMessage {
    /** The longest message. */
    static final int BYTES_MAX = 16 * 1024;

    private static final int PREFIX_BYTES = 5;
    private static final int SIZE_MIN = 256;

    private byte[] bytes = new byte[0];
    private int size;

    /** How many bytes it takes in memory. */
    int capacity() {
        return bytes.length;
    }

    /**
     * Takes what has arrived. The buffer stays the caller's.
     *
     * @throws GrpcException if it is more than a message may have
     */
    void add(ByteBuf arrived) throws GrpcException {
        int more = arrived.readableBytes();
        if (more > PREFIX_BYTES + BYTES_MAX - size) {
            throw new GrpcException(
                    GrpcStatus.RESOURCE_EXHAUSTED, "a message may have " + BYTES_MAX + " bytes, and one for a call");
        }
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.max(SIZE_MIN, size + more), 2 * size));
        }
        arrived.getBytes(arrived.readerIndex(), bytes, size, more);
        size += more;
    }

    /**
     * The message, once all of it is there.
     *
     * @throws GrpcException if it is compressed, or not one whole message
     */
    byte[] whole() throws GrpcException {
        if (size < PREFIX_BYTES) {
            throw new GrpcException(GrpcStatus.INVALID_ARGUMENT, "the message is missing");
        }
        if (bytes[0] != 0) {
            throw new GrpcException(GrpcStatus.UNIMPLEMENTED, "compressed messages are not supported");
        }
        long length = ByteBuffer.wrap(bytes).getInt(1) & 0xFFFF_FFFFL;
        if (length != size - PREFIX_BYTES) {
            throw new GrpcException(GrpcStatus.INVALID_ARGUMENT, "the message has another length than it states");
        }
        return Arrays.copyOfRange(bytes, PREFIX_BYTES, size);
    }

    /** A message with its prefix. */
    static byte[] framed(byte[] message) {
        byte[] framed = new byte[PREFIX_BYTES + message.length];
        framed[1] = (byte) (message.length >>> 24);
        framed[2] = (byte) (message.length >>> 16);
        framed[3] = (byte) (message.length >>> 8);
        framed[4] = (byte) message.length;
        System.arraycopy(message, 0, framed, PREFIX_BYTES, message.length);
        return framed;
    }
}

package dev.sluice.sync.zmq;

import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Allocates ZeroMQ's incoming messages, none larger than the limit.
 *
 * <p>JeroMQ 0.6.0 compares the length of a frame, a signed number of 64 bits, with the limit, and then uses its
 * lower 32 bits. So a length with the top bit set passes. Then JeroMQ would allocate up to 2 GiB, which ends the
 * process, or an array of a negative size, after which its input/output thread loops for ever. Both happen before
 * authentication. Here such a frame becomes an empty one, which is neither a handshake command nor a CURVE message,
 * so the connection ends. Thread-safe.
 */
final class BoundedAllocator implements MsgAllocator {
    private final int bytesMax;

    BoundedAllocator(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public Msg allocate(int size) {
        return new Msg(size < 0 || size > bytesMax ? 0 : size);
    }
}

package dev.sluice.sync.zmq;

import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Makes the messages into which ZeroMQ reads what comes from the network, none larger than it should be.
 *
 * <p>JeroMQ 0.6.0 checks the length of a frame against the largest allowed message as a signed number of 64 bits and then
 * takes its lower 32: a length with the top bit set passes. What follows would be an array of up to 2 GiB, which ends the
 * process, or one of a negative size, after which its input/output thread turns for ever. Both before anybody has to prove
 * who he is. Such a frame is made an empty one here: that is no command of a handshake and no message of CURVE, and the
 * connection ends. Thread-safe.
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

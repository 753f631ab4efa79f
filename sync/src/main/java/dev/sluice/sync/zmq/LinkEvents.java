package dev.sluice.sync.zmq;

import org.zeromq.ZEvent;
import org.zeromq.ZEvent.ZEventConsummer;
import org.zeromq.ZMQ;

/** The events of one socket's connection. Written by ZeroMQ's input/output thread, read by the subscriber thread. */
final class LinkEvents implements ZEventConsummer {
    static final int MASK = ZMQ.EVENT_CONNECTED | ZMQ.EVENT_DISCONNECTED | ZMQ.HANDSHAKE_FAILED_AUTH;

    private volatile boolean connected;
    private volatile boolean ended;
    private volatile boolean refused;

    @Override
    public void consume(ZEvent event) {
        switch (event.getEvent()) {
            case CONNECTED -> connected = true;
            case DISCONNECTED -> ended = true;
            case HANDSHAKE_FAILED_AUTH -> refused = true;
            default -> {}
        }
    }

    /** Whether the connection was made. */
    boolean isConnected() {
        return connected;
    }

    /** Whether the connection ended, for whatever reason. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether the peer refused this node's key. */
    boolean isRefused() {
        return refused;
    }
}

package dev.sluice.sync.zmq;

import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.wire.ReportCodec;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A ZeroMQ context and its sockets, owned by one thread. Each sync thread has its own context, so that it can make
 * everything again after a failure of its input/output thread.
 */
final class SocketContext implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketContext.class);

    /**
     * Reports in the queue for one peer; each has at most {@link ReportCodec#REPORT_BYTES_MAX} bytes, usually some
     * 100.
     */
    private static final int QUEUED_TO_SEND_MAX = 256;

    /**
     * Reports in the queue of one peer. They are few because each is in memory once, while those to send share
     * their bytes. What doesn't fit waits at the sender.
     */
    private static final int QUEUED_TO_READ_MAX = 16;

    private static final int SUBSCRIPTION_BYTES_MAX = 1_024;
    /** More than CURVE adds to a message. */
    private static final int CURVE_BYTES_MAX = 64;

    private static final int HEARTBEAT_MILLIS = 1_000;
    private static final int HEARTBEAT_TIMEOUT_MILLIS = 3_000;
    private static final int HANDSHAKE_MILLIS_ACCEPTING = 5_000;
    /**
     * JeroMQ 0.6.0 leaves one in some thirty new connections between connect and handshake (its pull request 1022);
     * only this timer continues them. The time is enough for a handshake over a round trip of 200 ms.
     */
    private static final int HANDSHAKE_MILLIS_CONNECTING = 1_000;

    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MILLIS_MAX = 1_000;
    /** For the final report only. What is not sent by then is dropped. */
    private static final int LINGER_MILLIS = 500;

    /** Longer than {@link #LINGER_MILLIS}. A hanging thread of ZeroMQ is abandoned. */
    private static final long CLOSE_MILLIS_MAX = 2_000;

    private final ZContext context;
    private final IoProbe probe;
    private volatile boolean failed;

    SocketContext() {
        this(new ZContext());
    }

    SocketContext(ZContext context) {
        this.context = context;
        this.probe = new IoProbe(context);
        context.setUncaughtExceptionHandler((thread, failure) -> failed = true);
        // JeroMQ fails on some malformed frames, and goes on. Without this handler it would print each stack trace.
        context.setNotificationExceptionHandler(
                (thread, failure) -> LOG.debug("a peer sent what ZeroMQ can't read: {}", failure.toString()));
    }

    /** @throws IllegalStateException if ZeroMQ's own thread died or hangs, so that nothing moves any more */
    void check(long nowNanos) {
        probe.check(nowNanos);
        if (failed) {
            throw new IllegalStateException("the input/output thread died");
        }
    }

    /**
     * A publishing socket. It receives each subscription, also a repeated one.
     *
     * @param keys if present, a subscription has no effect until {@link #serveLastSubscriber}
     */
    ZMQ.Socket publishingSocket(Endpoint listen, Optional<KeyRing> keys) {
        ZMQ.Socket socket = context.createSocket(SocketType.XPUB);
        configure(socket, listen);
        socket.setLinger(LINGER_MILLIS);
        socket.setHandshakeIvl(HANDSHAKE_MILLIS_ACCEPTING);
        if (keys.isPresent()) {
            socket.setXpubManual(true);
            keys.get().guard(socket);
        } else {
            socket.setXpubVerbose(true);
        }
        boundMessages(socket, SUBSCRIPTION_BYTES_MAX);
        socket.bind(listen.text());
        return socket;
    }

    /** Makes a publishing socket with keys serve the subscriber whose subscription was received last. */
    static void serveLastSubscriber(ZMQ.Socket publishingSocket) {
        // JeroMQ 0.6.0 takes the first byte as the mark of a subscription. The empty rest is the topic: everything.
        publishingSocket.subscribe(new byte[] {1});
    }

    /** A socket that receives the ZAP requests of this context. */
    ZMQ.Socket zapHandler(String endpoint) {
        ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
        socket.setLinger(0);
        socket.bind(endpoint);
        return socket;
    }

    /** A socket that sends to an {@link #zapHandler} socket. */
    ZMQ.Socket zapProbe(String endpoint) {
        ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
        socket.setLinger(0);
        socket.connect(endpoint);
        return socket;
    }

    /**
     * A socket that subscribes to a peer.
     *
     * @param events receives the events of the connection, on ZeroMQ's own thread
     * @param trust sets the peer's key; does nothing without keys
     */
    ZMQ.Socket subscribingSocket(Endpoint peer, LinkEvents events, Consumer<ZMQ.Socket> trust) {
        ZMQ.Socket socket = context.createSocket(SocketType.SUB);
        configure(socket, peer);
        trust.accept(socket);
        socket.setEventHook(events, LinkEvents.MASK);
        socket.setLinger(0);
        boundMessages(socket, ReportCodec.REPORT_BYTES_MAX + CURVE_BYTES_MAX);
        socket.setHandshakeIvl(HANDSHAKE_MILLIS_CONNECTING);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MILLIS_MAX);
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        socket.connect(peer.text());
        return socket;
    }

    private static void boundMessages(ZMQ.Socket socket, int messageBytesMax) {
        socket.setMaxMsgSize(messageBytesMax);
        socket.setMsgAllocator(new BoundedAllocator(messageBytesMax));
    }

    private static void configure(ZMQ.Socket socket, Endpoint endpoint) {
        socket.setIPv6(endpoint.isIpv6());
        socket.setSndHWM(QUEUED_TO_SEND_MAX);
        socket.setRcvHWM(QUEUED_TO_READ_MAX);
        socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
        socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setHeartbeatTtl(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setTCPKeepAlive(1);
    }

    /** Waits for queued messages and for ZeroMQ's threads, 2 s at most. */
    @Override
    public void close() {
        Thread closing = new Thread(context::close, "sluice-closer");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSE_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.error("ZeroMQ did not close its sockets; they are abandoned");
        }
    }
}

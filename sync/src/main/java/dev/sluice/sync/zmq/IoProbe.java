package dev.sluice.sync.zmq;

import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZEvent.ZEventConsummer;
import org.zeromq.ZMQ;

/**
 * Checks whether ZeroMQ's input/output thread still works. From time to time the thread must connect to a port of
 * this machine on which nothing listens, and signal the attempt. Without this check, a hanging thread looks like
 * silent peers. Owned by the thread of the context.
 */
final class IoProbe {
    private static final long CHECK_NANOS = 1_000_000_000L;
    private static final int CHECKS_BETWEEN = 5;
    /** Checks are counted instead of time: after a pause of the process the signal must have its chance. */
    static final int CHECKS_UNANSWERED_MAX = 5;

    /** One attempt is enough. */
    private static final int RECONNECT_MILLIS = 60_000;

    private static final String UNUSED_ENDPOINT = "tcp://127.0.0.1:1";

    private final ZContext context;
    private long checkedNanos;
    private boolean hasChecked;
    private int checks;
    private @Nullable ConnectSignal signal;
    private ZMQ.@Nullable Socket socket;

    /** Set by the input/output thread. */
    private static final class ConnectSignal implements ZEventConsummer {
        private volatile boolean received;

        @Override
        public void consume(ZEvent event) {
            received = true;
        }
    }

    IoProbe(ZContext context) {
        this.context = context;
    }

    /** @throws IllegalStateException if the thread has not answered for {@value #CHECKS_UNANSWERED_MAX} s */
    void check(long nowNanos) {
        if (hasChecked && nowNanos - checkedNanos < CHECK_NANOS) {
            return;
        }
        hasChecked = true;
        checkedNanos = nowNanos;
        checks++;
        if (signal == null) {
            if (checks >= CHECKS_BETWEEN) {
                checks = 0;
                connect();
            }
        } else if (isAnswered()) {
            checks = 0;
            closeSocket();
        } else if (checks >= CHECKS_UNANSWERED_MAX) {
            throw new IllegalStateException("the input/output thread hangs");
        }
    }

    /** Whether the thread has answered all attempts. */
    boolean isAnswered() {
        return signal == null || signal.received;
    }

    private void connect() {
        ConnectSignal connected = new ConnectSignal();
        ZMQ.Socket probe = context.createSocket(SocketType.PAIR);
        probe.setLinger(0);
        probe.setReconnectIVL(RECONNECT_MILLIS);
        probe.setEventHook(connected, ZMQ.EVENT_ALL & ~ZMQ.EVENT_MONITOR_STOPPED);
        probe.connect(UNUSED_ENDPOINT);
        signal = connected;
        socket = probe;
    }

    private void closeSocket() {
        if (socket != null) {
            socket.close();
        }
        socket = null;
        signal = null;
    }
}

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
    private static final long LOOK_NANOS = 1_000_000_000L;
    private static final int LOOKS_BETWEEN = 5;
    /** Checks are counted instead of time: after a pause of the process the signal must have its chance. */
    static final int LOOKS_UNANSWERED_MAX = 5;

    /** One attempt is enough. */
    private static final int RECONNECT_MILLIS = 60_000;

    private static final String NONE = "tcp://127.0.0.1:1";

    private final ZContext context;
    private long lookedNanos;
    private boolean everLooked;
    private int looks;
    private @Nullable Answer awaited;
    private ZMQ.@Nullable Socket asking;

    /** Set by the input/output thread. */
    private static final class Answer implements ZEventConsummer {
        private volatile boolean came;

        @Override
        public void consume(ZEvent event) {
            came = true;
        }
    }

    IoProbe(ZContext context) {
        this.context = context;
    }

    /** @throws IllegalStateException if the thread has not answered for {@value #CHECKS_UNANSWERED_MAX} s */
    void look(long nowNanos) {
        if (everLooked && nowNanos - lookedNanos < LOOK_NANOS) {
            return;
        }
        everLooked = true;
        lookedNanos = nowNanos;
        looks++;
        if (awaited == null) {
            if (looks >= LOOKS_BETWEEN) {
                looks = 0;
                ask();
            }
        } else if (isAnswered()) {
            looks = 0;
            forget();
        } else if (looks >= LOOKS_UNANSWERED_MAX) {
            throw new IllegalStateException("the input/output thread hangs");
        }
    }

    /** Whether the thread has answered all attempts. */
    boolean isAnswered() {
        return awaited == null || awaited.came;
    }

    private void ask() {
        Answer answer = new Answer();
        ZMQ.Socket socket = context.createSocket(SocketType.PAIR);
        socket.setLinger(0);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setEventHook(answer, ZMQ.EVENT_ALL & ~ZMQ.EVENT_MONITOR_STOPPED);
        socket.connect(NONE);
        awaited = answer;
        asking = socket;
    }

    private void forget() {
        if (asking != null) {
            asking.close();
        }
        asking = null;
        awaited = null;
    }
}

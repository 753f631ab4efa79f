package dev.sluice.sync.zmq;

import dev.sluice.sync.config.KeyRing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.zeromq.ZFrame;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/**
 * Decides who may subscribe: answers the questions of ZeroMQ's authentication protocol (ZAP, RFC 27) for one publishing
 * socket. Owned by the publisher thread, and that is the point.
 *
 * <p>JeroMQ lets everybody in when no handler is bound. So there are three doors, one behind the other:
 * <ol>
 *   <li>The handler is bound before the publishing socket, in the same context, and closed with it. While its thread hangs
 *       or is dead, questions stay unanswered and nobody new gets through the handshake.
 *   <li>The thread that answers is the one that publishes. Without it nothing is sent to anybody.
 *   <li>The publishing socket serves no subscription by itself; each one uses up an admission that was given here. Who
 *       got past the handshake unasked has none and is sent nothing.
 * </ol>
 * A probe goes the way of a question each second. Should {@value #UNANSWERED_MAX} not arrive, the handler can't be reached
 * any more and {@link #answer} throws, upon which all sockets are closed and made anew.
 */
final class ZapAuthenticator {
    private static final String ZAP_ENDPOINT = "inproc://zeromq.zap.01";
    private static final int ZAP_FRAMES = 9;
    private static final int PROBE_FRAMES = 2;
    static final int UNANSWERED_MAX = 3;
    private static final long PROBE_NANOS = 1_000_000_000L;
    private static final int REQUESTS_PER_CYCLE_MAX = 100;
    private static final int ADMISSIONS_MAX = 4_096;
    /** From the handshake's end to the subscription there is one way through the network. */
    private static final long ADMISSION_NANOS = 10_000_000_000L;

    private final ZMQ.Socket questions;
    private final ZMQ.Socket probe;
    private final UnauthenticatedPeers unauthenticatedPeers;
    private final Deque<Long> admissionEndNanos = new ArrayDeque<>();
    private final Set<String> admittedKeys = new HashSet<>();
    private long probedNanos;
    private int unanswered;

    /** Takes its place in the context; to be made before the socket that it guards. */
    ZapAuthenticator(SocketContext sockets, UnauthenticatedPeers unauthenticatedPeers, long nowNanos) {
        this(sockets.answering(ZAP_ENDPOINT), sockets.asking(ZAP_ENDPOINT), unauthenticatedPeers, nowNanos);
    }

    ZapAuthenticator(ZMQ.Socket questions, ZMQ.Socket probe, UnauthenticatedPeers unauthenticatedPeers, long nowNanos) {
        this.questions = questions;
        this.probe = probe;
        this.unauthenticatedPeers = unauthenticatedPeers;
        this.probedNanos = nowNanos - PROBE_NANOS;
    }

    /**
     * Answers all that was asked.
     *
     * @return how many were refused
     * @throws IllegalStateException if questions don't reach it any more
     */
    int answer(KeyRing ring, long nowNanos) {
        check(nowNanos);
        int refused = 0;
        for (int i = 0; i < REQUESTS_PER_CYCLE_MAX; i++) {
            ZMsg message = ZMsg.recvMsg(questions, ZMQ.DONTWAIT);
            if (message == null) {
                break;
            }
            if (message.size() == PROBE_FRAMES) {
                unanswered = 0;
            } else {
                refused += answer(message.toArray(new ZFrame[0]), ring, nowNanos) ? 0 : 1;
            }
        }
        return refused;
    }

    private void check(long nowNanos) {
        if (nowNanos - probedNanos < PROBE_NANOS) {
            return;
        }
        if (unanswered >= UNANSWERED_MAX) {
            throw new IllegalStateException("nobody can be authenticated: questions reach no handler");
        }
        probedNanos = nowNanos;
        unanswered++;
        probe.send(new byte[] {1}, ZMQ.DONTWAIT);
    }

    /** Frames: who asks, an empty one, version, request id, domain, address, identity, mechanism, the client's key. */
    private boolean answer(ZFrame[] frames, KeyRing ring, long nowNanos) {
        boolean wellFormed = frames.length == ZAP_FRAMES
                && text(frames[2]).equals("1.0")
                && text(frames[7]).equals("CURVE")
                && frames[8].size() == ZMQ.Curve.KEY_SIZE;
        String key = wellFormed ? ZMQ.Curve.z85Encode(frames[8].getData()) : "";
        boolean allowed = wellFormed && ring.allows(key) && admissionEndNanos.size() < ADMISSIONS_MAX;
        if (allowed) {
            admittedKeys.add(key);
            admissionEndNanos.add(nowNanos + ADMISSION_NANOS);
        } else if (wellFormed) {
            unauthenticatedPeers.note(key, text(frames[5]), nowNanos);
        }
        if (frames.length > 3) {
            reply(frames[0], frames[3], allowed, key);
        }
        return allowed;
    }

    private void reply(ZFrame asker, ZFrame requestId, boolean allowed, String key) {
        ZMsg reply = new ZMsg();
        reply.add(asker.getData());
        reply.add(new byte[0]);
        reply.add("1.0");
        reply.add(requestId.getData());
        reply.add(allowed ? "200" : "400");
        reply.add(allowed ? "OK" : "the key is not listed");
        reply.add(allowed ? key : "");
        reply.add(new byte[0]);
        reply.send(questions);
    }

    private static String text(ZFrame frame) {
        return new String(frame.getData(), StandardCharsets.UTF_8);
    }

    /** Whether somebody was admitted who has not subscribed yet; uses that up. */
    boolean useAdmission(long nowNanos) {
        while (!admissionEndNanos.isEmpty() && nowNanos - admissionEndNanos.peek() > 0) {
            admissionEndNanos.poll();
        }
        return admissionEndNanos.poll() != null;
    }

    /** Whether somebody whom the ring no longer allows may still be connected. */
    boolean admittedOthersThan(KeyRing ring) {
        return admittedKeys.stream().anyMatch(key -> !ring.allows(key));
    }
}

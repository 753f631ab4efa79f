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
 * Decides who may subscribe. It answers the requests of ZeroMQ's authentication protocol (ZAP, RFC 27) for one
 * publishing socket. The publisher thread owns it; that is part of the protection.
 *
 * <p>JeroMQ admits everybody while no handler is bound. So there are three barriers, one behind the other:
 * <ol>
 * <li>The handler is bound before the publishing socket, in the same context, and closed after it. While its thread
 *     hangs or is dead, requests stay unanswered and no new client completes the handshake.
 * <li>The thread that answers is the thread that publishes. Without it nothing is sent to anybody.
 * <li>The publishing socket serves no subscription by itself. Each one uses up an admission that was given here. A
 *     client without an admission is sent nothing.
 * </ol>
 *
 * <p>A probe takes the path of a request each second. If {@value #UNANSWERED_MAX} are lost, the handler can't be
 * reached any more. Then {@link #answer} throws, and all sockets are made again.
 */
final class ZapAuthenticator {
    private static final String ZAP_ENDPOINT = "inproc://zeromq.zap.01";
    private static final int ZAP_FRAMES = 9;
    private static final int PROBE_FRAMES = 2;
    static final int UNANSWERED_MAX = 3;
    private static final long PROBE_NANOS = 1_000_000_000L;
    private static final int REQUESTS_PER_CYCLE_MAX = 100;
    private static final int ADMISSIONS_MAX = 4_096;
    /** Between the end of the handshake and the subscription there is one network transit. */
    private static final long ADMISSION_NANOS = 10_000_000_000L;

    private final ZMQ.Socket requests;
    private final ZMQ.Socket probe;
    private final UnauthenticatedPeers refused;
    private final Deque<Long> admissionEndNanos = new ArrayDeque<>();
    private final Set<String> admittedKeys = new HashSet<>();
    private long probedNanos;
    private int unanswered;

    /** Binds the handler in the context; must be called before the guarded socket is made. */
    ZapAuthenticator(SocketContext sockets, UnauthenticatedPeers refused, long nowNanos) {
        this(sockets.zapHandler(ZAP_ENDPOINT), sockets.zapProbe(ZAP_ENDPOINT), refused, nowNanos);
    }

    ZapAuthenticator(ZMQ.Socket requests, ZMQ.Socket probe, UnauthenticatedPeers refused, long nowNanos) {
        this.requests = requests;
        this.probe = probe;
        this.refused = refused;
        this.probedNanos = nowNanos - PROBE_NANOS;
    }

    /**
     * Answers all pending requests.
     *
     * @return how many were refused
     * @throws IllegalStateException if requests don't reach the handler any more
     */
    int answer(KeyRing ring, long nowNanos) {
        check(nowNanos);
        int refused = 0;
        for (int i = 0; i < REQUESTS_PER_CYCLE_MAX; i++) {
            ZMsg message = ZMsg.recvMsg(requests, ZMQ.DONTWAIT);
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
            throw new IllegalStateException("no client can be authenticated: ZAP requests reach no handler");
        }
        probedNanos = nowNanos;
        unanswered++;
        probe.send(new byte[] {1}, ZMQ.DONTWAIT);
    }

    /** Frames: sender, an empty one, version, request id, domain, address, identity, mechanism, the client's key. */
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
            refused.record(key, text(frames[5]), nowNanos);
        }
        if (frames.length > 3) {
            reply(frames[0], frames[3], allowed, key);
        }
        return allowed;
    }

    private void reply(ZFrame sender, ZFrame requestId, boolean allowed, String key) {
        ZMsg reply = new ZMsg();
        reply.add(sender.getData());
        reply.add(new byte[0]);
        reply.add("1.0");
        reply.add(requestId.getData());
        reply.add(allowed ? "200" : "400");
        reply.add(allowed ? "OK" : "the key is not listed");
        reply.add(allowed ? key : "");
        reply.add(new byte[0]);
        reply.send(requests);
    }

    private static String text(ZFrame frame) {
        return new String(frame.getData(), StandardCharsets.UTF_8);
    }

    /** Whether an admitted client has not subscribed yet; uses its admission up. */
    boolean useAdmission(long nowNanos) {
        while (!admissionEndNanos.isEmpty() && nowNanos - admissionEndNanos.peek() > 0) {
            admissionEndNanos.poll();
        }
        return admissionEndNanos.poll() != null;
    }

    /** Whether a client may be connected whose key the ring no longer lists. */
    boolean hasAdmittedOthersThan(KeyRing ring) {
        return admittedKeys.stream().anyMatch(key -> !ring.allows(key));
    }
}

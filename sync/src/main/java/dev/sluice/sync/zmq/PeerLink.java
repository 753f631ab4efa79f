package dev.sluice.sync.zmq;

import dev.sluice.sync.config.Endpoint;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.discovery.LinkState;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.discovery.ResolvedEndpoint;
import dev.sluice.sync.trust.LinkBudget;
import dev.sluice.sync.trust.ReportOrigin;
import dev.sluice.sync.wire.DropReason;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * The connection to one address, made again as often as needed. Owned by the subscriber thread.
 *
 * <p>A CURVE client must know the server's key in advance. The settings don't map keys to addresses, so the listed
 * keys are tried one after the other: first the last accepted one, then this node's own, because all nodes may
 * share one key. A wrong key is answered at once, so trying all of them is fast. An accepted key is tried again
 * before each other one: on a bad network, handshakes fail with the right key too.
 *
 * <p>A socket is replaced in four cases. Its connection ended: after a handshake error ZeroMQ does not connect
 * again by itself. It is connected without any report: JeroMQ has no timeout for a CURVE handshake. It was silent,
 * or could not connect: the longer packets are lost, the more rarely TCP tries again, up to seconds after the
 * network works.
 */
final class PeerLink {
    /** Longer than the longest silence of a live peer. */
    static final long RENEW_NANOS = 60_000_000_000L;

    /** How many silence limits a socket with reports may be silent. By then TCP has repaired most losses. */
    private static final int SILENCES_MAX = 2;

    private static final long SILENCE_NANOS_MIN = 600_000_000L;
    /** The time for a connection attempt; TCP by itself would try again only after 1, 3 and 7 s. */
    static final long ATTEMPT_NANOS_MIN = 750_000_000L;
    /** The same for each unconnected address, so that there are at most 50 attempts a second. */
    static final long ATTEMPT_NANOS_PER_LINK = 20_000_000L;

    private static final long SILENT_CONNECTION_NANOS_MIN = 3_000_000_000L;
    private static final long BACK_OFF_NANOS_MIN = 100_000_000L;
    private static final long BACK_OFF_NANOS_MAX = 1_000_000_000L;

    private final ResolvedEndpoint target;
    private final long silenceNanosMax;
    private final LinkBudget budget;
    private LinkEvents events = new LinkEvents();
    private ZMQ.@Nullable Socket socket;
    private String key = "";
    private String acceptedKey = "";
    private int keysTried;
    private boolean isAcceptedKeyNext;
    private long openNanos;
    private long backOffNanos = BACK_OFF_NANOS_MIN;
    private long openedNanos;
    private long disconnectedNanos;
    private long activeNanos;
    private boolean receivedBySocket;
    /** Whether the socket has brought a usable report. */
    private boolean hasWorked;

    private boolean markReceived;
    private boolean hasSeenEnd;
    private String problem = "";
    private String untrustedReason = "";

    PeerLink(ResolvedEndpoint target, long intervalNanos, LinkBudget budget, long nowNanos) {
        this.target = target;
        this.budget = budget;
        this.silenceNanosMax = Math.max(SILENT_CONNECTION_NANOS_MIN, 3 * intervalNanos);
        this.openNanos = nowNanos;
        this.activeNanos = nowNanos;
        this.disconnectedNanos = nowNanos;
    }

    ResolvedEndpoint target() {
        return target;
    }

    /** Whether the current socket has brought a usable report. */
    boolean hasWorked() {
        return hasWorked;
    }

    /** How much may be read of it. */
    LinkBudget budget() {
        return budget;
    }

    /** Where its reports come from. */
    ReportOrigin origin() {
        return new ReportOrigin(target.address(), key);
    }

    /** The server key of the current socket; empty without keys. */
    String key() {
        return key;
    }

    boolean isConnected() {
        return events.isConnected();
    }

    /** The current socket; null: there is none. */
    ZMQ.@Nullable Socket socket() {
        return socket;
    }

    /**
     * Opens, closes or replaces the socket if necessary.
     *
     * @param silences the silence limit of the peer at an address; 0: there is none
     * @param attemptNanos how long a connection attempt may take
     * @return whether the socket has changed
     */
    boolean maintain(
            SocketContext sockets,
            Optional<KeyRing> ring,
            ToLongFunction<String> silences,
            long attemptNanos,
            long nowNanos) {
        boolean changed = false;
        if (socket != null
                && (isOver(ring, nowNanos) || isSilent(silences, nowNanos) || isUnconnected(attemptNanos, nowNanos))) {
            close();
            changed = true;
        }
        if (socket == null && nowNanos - openNanos >= 0) {
            open(sockets, ring, nowNanos);
            changed |= socket != null;
        }
        return changed;
    }

    private boolean isOver(Optional<KeyRing> ring, long nowNanos) {
        if (ring.isPresent() && !ring.get().allows(key)) {
            keysTried = 0;
            openNanos = nowNanos;
            return true;
        }
        if (hasSeenEnd) {
            failed(ring, nowNanos);
            return true;
        }
        // Only at the next call: messages from before the end are still unread.
        hasSeenEnd = events.hasEnded();
        if (events.isConnected() && !receivedBySocket && !hasSeenEnd && nowNanos - openedNanos > silenceNanosMax) {
            problem = "it is connected, but sends nothing";
            tryNextKey(ring, nowNanos);
            return true;
        }
        if (nowNanos - Math.max(activeNanos, openedNanos) > RENEW_NANOS) {
            openNanos = nowNanos;
            return true;
        }
        return false;
    }

    private boolean isSilent(ToLongFunction<String> silences, long nowNanos) {
        long quietNanos = nowNanos - activeNanos;
        if (!receivedBySocket || quietNanos <= SILENCE_NANOS_MIN) {
            return false;
        }
        long silenceNanos = silences.applyAsLong(target.address());
        boolean silent = silenceNanos > 0 && quietNanos > Math.max(SILENCES_MAX * silenceNanos, SILENCE_NANOS_MIN);
        if (silent) {
            renew(nowNanos);
        }
        return silent;
    }

    private boolean isUnconnected(long attemptNanos, long nowNanos) {
        boolean late = !events.isConnected() && nowNanos - openedNanos > attemptNanos;
        if (late) {
            openNanos = nowNanos;
        }
        return late;
    }

    /** Drops the socket with its unread messages. The next cycle opens another one. */
    void renew(long nowNanos) {
        openNanos = nowNanos;
        disconnectedNanos = nowNanos;
        close();
    }

    private void failed(Optional<KeyRing> ring, long nowNanos) {
        disconnectedNanos = nowNanos;
        if (receivedBySocket) {
            problem = "";
            backOffNanos = BACK_OFF_NANOS_MIN;
            openNanos = nowNanos;
        } else if (events.isRefused()) {
            problem = "it refuses this node's key, "
                    + ring.map(KeyRing::publicKey).orElse("") + ": list it in the allowed-keys-dir of that node";
            acceptedKey = key;
            keysTried = 0;
            backOff(nowNanos);
        } else {
            tryNextKey(ring, nowNanos);
            if (ring.isEmpty()) {
                problem = "it ends the connection: it may need keys (sync.curve)";
            } else if (keysTried == 0) {
                problem = "it has none of the listed keys, or it has no keys (sync.curve)";
            }
        }
    }

    private void tryNextKey(Optional<KeyRing> ring, long nowNanos) {
        isAcceptedKeyNext = !isAcceptedKeyNext && !acceptedKey.isEmpty() && !key.equals(acceptedKey);
        if (isAcceptedKeyNext) {
            openNanos = nowNanos;
            return;
        }
        keysTried++;
        if (keysTried >= candidates(ring).size()) {
            keysTried = 0;
            backOff(nowNanos);
        } else {
            openNanos = nowNanos;
        }
    }

    private void backOff(long nowNanos) {
        openNanos = nowNanos + backOffNanos;
        backOffNanos = Math.min(2 * backOffNanos, BACK_OFF_NANOS_MAX);
    }

    private List<String> candidates(Optional<KeyRing> ring) {
        if (ring.isEmpty()) {
            return List.of("");
        }
        Set<String> ordered =
                new LinkedHashSet<>(List.of(acceptedKey, ring.get().publicKey()));
        ordered.addAll(ring.get().allowed());
        List<String> allowed = new ArrayList<>(ordered);
        allowed.removeIf(candidate -> !ring.get().allows(candidate));
        return allowed;
    }

    private void open(SocketContext sockets, Optional<KeyRing> ring, long nowNanos) {
        List<String> candidates = candidates(ring);
        if (candidates.isEmpty()) {
            problem = "no key is listed in the allowed-keys-dir of this node";
            backOff(nowNanos);
            return;
        }
        // The accepted key is the first candidate.
        String chosen = candidates.get(isAcceptedKeyNext ? 0 : Math.min(keysTried, candidates.size() - 1));
        LinkEvents fresh = new LinkEvents();
        socket = sockets.subscribingSocket(
                Endpoint.toConnect(target.address()),
                fresh,
                subscribing -> ring.ifPresent(keys -> keys.trust(subscribing, chosen)));
        key = chosen;
        events = fresh;
        openedNanos = nowNanos;
        receivedBySocket = false;
        hasWorked = false;
        hasSeenEnd = false;
    }

    /** A message was received. */
    void markReceived(Optional<DropReason> dropped, long nowNanos) {
        activeNanos = nowNanos;
        markReceived = true;
        receivedBySocket = true;
        hasWorked |= dropped.isEmpty();
        acceptedKey = key;
        keysTried = 0;
        isAcceptedKeyNext = false;
        backOffNanos = BACK_OFF_NANOS_MIN;
        problem = "";
        untrustedReason = dropped.map(DropReason::problem).orElse("");
    }

    LinkStatus status(long nowNanos) {
        boolean isRecent = markReceived && nowNanos - activeNanos <= RENEW_NANOS;
        if (isRecent && !untrustedReason.isEmpty()) {
            return new LinkStatus(
                    target.endpoint(), target.source(), target.address(), LinkState.UNTRUSTED, untrustedReason);
        }
        boolean unreachable = problem.isEmpty()
                && !events.isConnected()
                && !receivedBySocket
                && nowNanos - disconnectedNanos > SILENT_CONNECTION_NANOS_MIN;
        return new LinkStatus(
                target.endpoint(),
                target.source(),
                target.address(),
                isRecent ? LinkState.UP : target.state(),
                unreachable ? "the connection fails" : problem);
    }

    void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}

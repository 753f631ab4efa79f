package dev.sluice.sync.zmq;

import dev.sluice.limits.model.OnPartition;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.discovery.AddressFeedback;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.discovery.ResolvedEndpoint;
import dev.sluice.sync.peers.PeerLog;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.peers.ReceiveStats;
import dev.sluice.sync.peers.UnreachablePeer;
import dev.sluice.sync.trust.LinkBudget;
import dev.sluice.sync.trust.PeerRefusal;
import dev.sluice.sync.wire.DropReason;
import dev.sluice.sync.wire.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Receives the reports of the peers. It is the task of the thread that owns the subscribing sockets and the {@link
 * PeerTable}.
 *
 * <p>Each address has its own socket. So the origin of each report is known, and the flood of one peer fills only
 * its own queue. A {@link PeerLink} replaces the socket when necessary.
 */
public final class Subscriber implements SyncThread.Task {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private static final long WAIT_MILLIS_MAX = 50;
    /** A shorter pause is made up for by reading the queued reports. */
    private static final long PAUSE_NANOS_MIN = 1_000_000_000L;

    /** The time between two snapshots for people and metrics, which are costly. */
    private static final long SHOW_NANOS = 250_000_000L;
    /**
     * The time between two checks of connections and of silent peers: less often than messages come from many
     * peers.
     */
    private static final long MAINTENANCE_NANOS = 10_000_000L;

    private static final long TOO_EARLY_NANOS = 50_000L;
    /** While nothing comes but what a flood brings above its bound. */
    private static final long THROTTLED_NANOS = 1_000_000L;
    /** A relay forwards the reports of all. */
    private static final int NODES_BEHIND_RELAY = 256;

    private static final int MESSAGES_PER_LINK_AND_CYCLE_MAX = 16;

    private final PeerTable table;
    private final Supplier<List<ResolvedEndpoint>> endpoints;
    private final AddressFeedback feedback;
    private final Supplier<Optional<KeyRing>> keys;
    private final SyncClocks clocks;
    private final PeerLog peerLog;
    private final long intervalNanos;
    private final long waitMillis;
    private final long pauseNanos;
    private final OnPartition onPartition;
    private final int nodes;
    private final Consumer<byte[]> onReport;
    private final Map<String, PeerLink> links = new LinkedHashMap<>();
    private List<ResolvedEndpoint> resolved = List.of();
    private @Nullable SocketContext sockets;
    private @Nullable SocketPoller poller;
    private final long bytesPerSecondMax;
    private boolean hasNewLinks;
    private boolean isThrottled;
    private long cycleNanos;
    private long maintainedNanos;
    private long shownNanos;
    private volatile List<PeerStatus> peers = List.of();
    private volatile List<UnreachablePeer> unreachablePeers = List.of();
    private volatile List<PeerRefusal> refusals = List.of();
    private volatile List<LinkStatus> linkStatuses = List.of();
    private volatile ReceiveStats stats = ReceiveStats.NONE;

    /**
     * Makes a subscriber without connections.
     *
     * @param endpoints the peers to connect to; read each cycle
     * @param feedback learns which addresses work
     * @param keys read each cycle; always empty or never
     * @param onReport receives each report that was used
     */
    public Subscriber(
            PeerTable table,
            Supplier<List<ResolvedEndpoint>> endpoints,
            AddressFeedback feedback,
            Supplier<Optional<KeyRing>> keys,
            SyncConfig config,
            SyncClocks clocks,
            Consumer<byte[]> onReport) {
        this.table = table;
        this.endpoints = endpoints;
        this.feedback = feedback;
        this.keys = keys;
        this.clocks = clocks;
        this.peerLog = new PeerLog(config.nodeName());
        this.intervalNanos = config.intervalNanos();
        this.waitMillis = Math.max(1, Math.min(config.intervalNanos() / 1_000_000, WAIT_MILLIS_MAX));
        this.pauseNanos = Math.max(2 * Report.silenceNanosMax(config.intervalNanos()), PAUSE_NANOS_MIN);
        this.cycleNanos = clocks.nanos().getAsLong();
        this.onPartition = config.onPartition();
        this.bytesPerSecondMax = config.bytesPerSecondMax();
        this.nodes = config.addressing().nodes();
        this.onReport = onReport;
        if (nodes > 0) {
            // Before any address is known.
            table.expectNodes(nodes - 1, onPartition);
        }
        this.shownNanos = cycleNanos - SHOW_NANOS;
        this.maintainedNanos = cycleNanos - MAINTENANCE_NANOS;
    }

    public List<PeerStatus> peers() {
        return peers;
    }

    public List<UnreachablePeer> unreachablePeers() {
        return unreachablePeers;
    }

    public List<PeerRefusal> refusals() {
        return refusals;
    }

    public List<LinkStatus> links() {
        return linkStatuses;
    }

    public ReceiveStats stats() {
        return stats;
    }

    @Override
    public void runCycle() {
        if (sockets == null) {
            sockets = new SocketContext();
            poller = new SocketPoller();
            resolved = List.of();
        }
        long now = clocks.nanos().getAsLong();
        sockets.check(now);
        boolean maintains = hasNewLinks || now - maintainedNanos >= MAINTENANCE_NANOS;
        if (maintains) {
            maintainedNanos = now;
            reconnect(sockets, now);
        }
        SocketPoller waiting = Objects.requireNonNull(poller);
        waiting.await(waitMillis);
        now = clocks.nanos().getAsLong();
        if (now - cycleNanos > pauseNanos) {
            markAllUnobserved(now);
        }
        cycleNanos = now;
        drain(waiting, now);
        if (maintains) {
            table.expire(now);
        }
        if (now - shownNanos >= SHOW_NANOS) {
            shownNanos = now;
            show(now);
        }
    }

    /**
     * This process was paused for longer than its peers wait for it. The reports in the sockets are old and would
     * be charged as of now.
     */
    private void markAllUnobserved(long nowNanos) {
        table.markAllUnobserved();
        links.values().forEach(link -> link.renew(nowNanos));
        hasNewLinks = true;
    }

    /** Opens and closes links after a change of the endpoints. */
    private void reconnect(SocketContext open, long nowNanos) {
        List<ResolvedEndpoint> now = endpoints.get();
        boolean changed = now != resolved;
        boolean hadNewLinks = hasNewLinks;
        hasNewLinks = false;
        if (changed) {
            resolved = now;
            long others = now.stream()
                    .filter(target -> !target.isRelay())
                    .map(target -> target.hasAddress() ? target.address() : target.endpoint())
                    .distinct()
                    .count();
            Set<String> addresses = now.stream().map(ResolvedEndpoint::address).collect(Collectors.toSet());
            table.expectNodes(Math.max((int) others, nodes - 1), onPartition, addresses);
            table.relays(now.stream()
                    .filter(ResolvedEndpoint::isRelay)
                    .map(ResolvedEndpoint::address)
                    .collect(Collectors.toSet()));
            List.copyOf(links.keySet()).stream()
                    .filter(address -> !addresses.contains(address))
                    .forEach(address -> disconnect(address, nowNanos));
        }
        for (ResolvedEndpoint target : changed ? resolved : List.<ResolvedEndpoint>of()) {
            if (target.hasAddress()) {
                links.computeIfAbsent(target.address(), address -> newLink(target, nowNanos));
            }
        }
        Optional<KeyRing> ring = keys.get();
        long attemptNanos = Math.max(PeerLink.ATTEMPT_NANOS_MIN, unconnectedCount() * PeerLink.ATTEMPT_NANOS_PER_LINK);
        for (PeerLink link : links.values()) {
            changed |= maintain(link, open, ring, attemptNanos, nowNanos);
        }
        if (changed || hadNewLinks) {
            Objects.requireNonNull(poller).register(links.values());
        }
    }

    private PeerLink newLink(ResolvedEndpoint target, long nowNanos) {
        int nodesBehind = target.isRelay() ? NODES_BEHIND_RELAY : 1;
        return new PeerLink(target, intervalNanos, new LinkBudget(bytesPerSecondMax, nodesBehind, nowNanos), nowNanos);
    }

    private long unconnectedCount() {
        long count = 0;
        for (PeerLink link : links.values()) {
            count += link.isConnected() ? 0 : 1;
        }
        return count;
    }

    private boolean maintain(
            PeerLink link, SocketContext open, Optional<KeyRing> ring, long attemptNanos, long nowNanos) {
        try {
            boolean hadSocket = link.socket() != null;
            boolean changed = link.maintain(open, ring, table::silenceNanos, attemptNanos, nowNanos);
            if (changed && hadSocket) {
                table.disconnected(link.target().address());
                feedback.failed(link.target().address());
            }
            return changed;
        } catch (ZMQException e) {
            ResolvedEndpoint target = link.target();
            LOG.warn("peer {} ({}) can't be connected to: {}", target.endpoint(), target.address(), e.toString());
            return false;
        }
    }

    private void disconnect(String address, long nowNanos) {
        PeerLink link = links.remove(address);
        if (link != null) {
            link.close();
        }
        table.forgetLink(address, nowNanos);
    }

    private void drain(SocketPoller source, long nowNanos) {
        int messages = 0;
        isThrottled = false;
        PeerLink[] ready = source.take();
        for (PeerLink link : ready) {
            int read = drain(link, nowNanos);
            messages += read;
            if (read == MESSAGES_PER_LINK_AND_CYCLE_MAX || !link.budget().hasRoom(nowNanos)) {
                source.requeue(link);
            }
        }
        if (ready.length > 0 && messages == 0) {
            // ZeroMQ's thread signals a little before the message is there, and may now wait for this processor.
            LockSupport.parkNanos(isThrottled ? THROTTLED_NANOS : TOO_EARLY_NANOS);
        }
    }

    /** Reads the messages of a link; returns how many. */
    private int drain(PeerLink link, long nowNanos) {
        for (int i = 0; i < MESSAGES_PER_LINK_AND_CYCLE_MAX; i++) {
            ZMQ.Socket socket = link.socket();
            if (!link.budget().hasRoom(nowNanos)) {
                isThrottled = true;
                return i;
            }
            byte[] message = socket == null ? null : socket.recv(ZMQ.DONTWAIT);
            if (message == null) {
                return i;
            }
            Optional<DropReason> dropped = table.receive(
                    message,
                    link.origin(),
                    clocks.nanos().getAsLong(),
                    clocks.wallMillis().getAsLong());
            link.budget().read(message.length);
            if (dropped.isEmpty() && !link.hasWorked()) {
                feedback.worked(link.target().address());
            }
            link.markReceived(dropped, nowNanos);
            if (dropped.isEmpty()) {
                onReport.accept(message);
            }
        }
        return MESSAGES_PER_LINK_AND_CYCLE_MAX;
    }

    private void show(long nowNanos) {
        peers = table.statuses();
        stats = table.stats();
        refusals = table.refusals(nowNanos);
        peerLog.update(peers, table.membership());
        peerLog.updateMemory(table.refusedForMemory(), nowNanos);
        unreachablePeers = table.unreachablePeers();
        peerLog.updateUnreachable(unreachablePeers);
        List<LinkStatus> statuses = new ArrayList<>();
        for (ResolvedEndpoint target : resolved) {
            PeerLink link = links.get(target.address());
            statuses.add(
                    link != null
                            ? link.status(nowNanos)
                            : new LinkStatus(
                                    target.endpoint(),
                                    target.source(),
                                    target.address(),
                                    target.state(),
                                    target.problem()));
        }
        linkStatuses = List.copyOf(statuses);
    }

    @Override
    public void close() {
        SocketContext open = sockets;
        links.clear();
        if (poller != null) {
            poller.close();
            poller = null;
        }
        sockets = null;
        if (open != null) {
            open.close();
        }
    }
}

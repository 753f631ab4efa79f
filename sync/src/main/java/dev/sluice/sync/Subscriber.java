package dev.sluice.sync;

import dev.sluice.limits.OnPartition;
import dev.sluice.sync.LinkStatus.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Hears the others: the task of the thread that owns the subscribing sockets and the {@link PeerTable}.
 *
 * <p>Each address has a socket of its own, so it is known where a report came from and one peer's flood fills only its
 * own queue. A socket that has brought nothing for a minute is made anew, whatever the reason may be.
 */
final class Subscriber implements Worker.Task {
    private static final Logger log = LoggerFactory.getLogger(Subscriber.class);

    private static final long WAIT_MILLIS_MAX = 50;
    private static final long SHOW_NANOS = 100_000_000L;
    private static final int MESSAGES_PER_LINK_AND_TURN_MAX = 200;
    /** Above the longest silence of a live peer. */
    static final long RENEW_NANOS = 60_000_000_000L;

    private final PeerTable table;
    private final Supplier<List<Target>> wanted;
    private final Clocks clocks;
    private final PeerLog peerLog;
    private final long waitMillis;
    private final OnPartition onPartition;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private List<Target> targets = List.of();
    private @Nullable Sockets sockets;
    private ZMQ.@Nullable Poller poller;
    private long shownNanos;
    private volatile List<PeerStatus> peers = List.of();
    private volatile List<LinkStatus> linkStatuses = List.of();
    private volatile ReceiveStats stats = ReceiveStats.NONE;

    /** A connection to one address. */
    private static final class Link {
        final Target target;
        final ZMQ.Socket socket;
        long activeNanos;
        boolean heard;

        Link(Target target, ZMQ.Socket socket, long nowNanos) {
            this.target = target;
            this.socket = socket;
            this.activeNanos = nowNanos;
        }
    }

    Subscriber(PeerTable table, Supplier<List<Target>> wanted, SyncConfig config, Clocks clocks) {
        this.table = table;
        this.wanted = wanted;
        this.clocks = clocks;
        this.peerLog = new PeerLog(config.nodeName());
        this.waitMillis = Math.min(config.intervalNanos() / 1_000_000, WAIT_MILLIS_MAX);
        this.onPartition = config.onPartition();
        this.shownNanos = clocks.nanos().getAsLong() - SHOW_NANOS;
    }

    List<PeerStatus> peers() {
        return peers;
    }

    List<LinkStatus> links() {
        return linkStatuses;
    }

    ReceiveStats stats() {
        return stats;
    }

    @Override
    public void turn() {
        if (sockets == null) {
            sockets = new Sockets();
            targets = List.of();
        }
        sockets.check();
        long now = clocks.nanos().getAsLong();
        reconnect(sockets, now);
        await();
        now = clocks.nanos().getAsLong();
        for (Link link : links.values()) {
            drain(link, now);
        }
        table.expire(now);
        if (now - shownNanos >= SHOW_NANOS) {
            shownNanos = now;
            show(now);
        }
    }

    private void await() {
        ZMQ.Poller ready = poller;
        if (ready != null && !links.isEmpty()) {
            ready.poll(waitMillis);
        } else {
            LockSupport.parkNanos(waitMillis * 1_000_000);
        }
    }

    /** Connects and disconnects what has changed. */
    private void reconnect(Sockets open, long nowNanos) {
        List<Target> now = wanted.get();
        boolean changed = now != targets;
        if (changed) {
            targets = now;
            long others = now.stream()
                    .map(target -> target.hasAddress() ? target.address() : target.endpoint())
                    .distinct()
                    .count();
            table.expect((int) others, onPartition);
            List<String> addresses = now.stream().map(Target::address).toList();
            List.copyOf(links.keySet()).stream()
                    .filter(address -> !addresses.contains(address))
                    .forEach(address -> disconnect(address));
        }
        for (Link link : List.copyOf(links.values())) {
            if (nowNanos - link.activeNanos > RENEW_NANOS) {
                disconnect(link.target.address());
                changed = true;
            }
        }
        if (changed) {
            for (Target target : targets) {
                connect(open, target, nowNanos);
            }
            ZMQ.Poller fresh = open.poller(Math.max(links.size(), 1));
            links.values().forEach(link -> fresh.register(link.socket, ZMQ.Poller.POLLIN));
            closePoller();
            poller = fresh;
        }
    }

    private void connect(Sockets open, Target target, long nowNanos) {
        if (target.hasAddress() && !links.containsKey(target.address())) {
            try {
                ZMQ.Socket socket = open.subscribing(Endpoint.toConnect(target.address()));
                links.put(target.address(), new Link(target, socket, nowNanos));
            } catch (ZMQException e) {
                log.warn("peer {} ({}) can't be connected to: {}", target.endpoint(), target.address(), e.toString());
            }
        }
    }

    private void disconnect(String address) {
        Link link = links.remove(address);
        if (link != null) {
            link.socket.close();
        }
    }

    private void drain(Link link, long nowNanos) {
        for (int i = 0; i < MESSAGES_PER_LINK_AND_TURN_MAX; i++) {
            byte[] message = link.socket.recv(ZMQ.DONTWAIT);
            if (message == null) {
                return;
            }
            link.activeNanos = nowNanos;
            link.heard = true;
            table.receive(
                    message,
                    link.target.endpoint(),
                    nowNanos,
                    clocks.wallMillis().getAsLong());
        }
    }

    private void show(long nowNanos) {
        peers = table.statuses();
        stats = table.stats();
        peerLog.update(peers);
        List<LinkStatus> statuses = new ArrayList<>();
        for (Target target : targets) {
            Link link = links.get(target.address());
            boolean heard = link != null && link.heard && nowNanos - link.activeNanos <= RENEW_NANOS;
            State state = heard ? State.HEARD : target.state();
            statuses.add(new LinkStatus(target.endpoint(), target.address(), state, target.problem()));
        }
        linkStatuses = List.copyOf(statuses);
    }

    private void closePoller() {
        if (poller != null) {
            poller.close();
            poller = null;
        }
    }

    @Override
    public void close() {
        Sockets open = sockets;
        links.clear();
        closePoller();
        sockets = null;
        if (open != null) {
            open.close();
        }
    }
}

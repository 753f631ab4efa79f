package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.proxy.clientaddress.ClientAddress;
import dev.sluice.proxy.clientaddress.ConnectionPeer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.LoopContext;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What comes before the first request of a client's connection: it takes a place under the connection limit, a trusted
 * proxy may name the client in a PROXY header, and with TLS there is a handshake. No request is read before all that is
 * done. Belongs to one event loop.
 */
final class ConnectionSetup {
    private final LoopContext loop;
    private final ConnectionLimit limit;
    private final TrustedProxies trustedProxies;
    private final ClientFaultLog faultLog;
    private final Channel channel;
    private final ConnectionCloser closer;
    private final Predicate<Predicate<ConnectionSetup>> displacer;
    private ConnectionSlot slot = ConnectionSlot.DROPPED;
    private IpAddress limited = IpAddress.UNSPECIFIED;
    private ConnectionPeer peer = ConnectionPeer.UNKNOWN;
    private boolean awaitsProxyHeader;
    private boolean awaitsHandshake;

    /** @param displacer ends an idle connection of the same loop that may be displaced; returns whether there was one */
    ConnectionSetup(
            LoopContext loop,
            ConnectionLimit limit,
            TrustedProxies trustedProxies,
            ClientFaultLog faultLog,
            Channel channel,
            ConnectionCloser closer,
            Predicate<Predicate<ConnectionSetup>> displacer) {
        this.loop = loop;
        this.limit = limit;
        this.trustedProxies = trustedProxies;
        this.faultLog = faultLog;
        this.channel = channel;
        this.closer = closer;
        this.displacer = displacer;
        this.awaitsHandshake = closer.isSecure();
    }

    /**
     * Takes a place under the connection limit, if need be that of the connection that has been idle for longest; returns
     * whether there was one.
     */
    boolean enter() {
        peer = ConnectionPeer.of(channel, closer.isSecure(), trustedProxies);
        limited = trustedProxies.contains(peer.address()) ? IpAddress.UNSPECIFIED : peer.address();
        slot = limit.enter(limited);
        if (slot != ConnectionSlot.SERVED && displacer.test(this::mayDisplace)) {
            leave();
            slot = limit.enter(limited);
        }
        if (slot != ConnectionSlot.SERVED) {
            loop.counters().connectionsRefused.increment();
        }
        return slot != ConnectionSlot.DROPPED;
    }

    private boolean mayDisplace(ConnectionSetup idle) {
        return limit.mayDisplaceOthers(limited) || ConnectionLimit.isSameClient(limited, idle.limited);
    }

    /** Gives the place back, once. */
    void leave() {
        limit.leave(slot, limited);
        slot = ConnectionSlot.DROPPED;
    }

    /** Whether its requests are served. */
    boolean isServed() {
        return slot == ConnectionSlot.SERVED;
    }

    /** Whether the connection was accepted beyond the limit, only to get a 503. */
    boolean isOverLimit() {
        return slot == ConnectionSlot.OVER_LIMIT;
    }

    /** Looks who has connected; closes the connection and returns false if that peer is not allowed. */
    boolean begin() {
        if (trustedProxies.usesProxyProtocol()) {
            if (!trustedProxies.contains(peer.address())) {
                loop.counters().untrustedPeers.increment();
                abort("it is not in listen.trusted-proxies");
                return false;
            }
            awaitsProxyHeader = true;
        }
        return true;
    }

    /** A trusted proxy named its client; empty: it connected on its own behalf, or does not know the client. */
    void onProxyHeader(Optional<IpAddress> source) {
        peer = peer.replacedBy(source, trustedProxies);
        awaitsProxyHeader = false;
    }

    void onBadProxyHeader(String reason) {
        loop.counters().malformed.increment();
        abort("its PROXY header is bad: " + reason);
    }

    private void abort(String reason) {
        faultLog.onClosed(peer.address(), reason, loop.nowNanos());
        closer.abort();
    }

    /** The TLS handshake is done. */
    void onHandshake() {
        awaitsHandshake = false;
    }

    boolean awaitsProxyHeader() {
        return awaitsProxyHeader;
    }

    /** Whether the first request may be read. */
    boolean isDone() {
        return !awaitsProxyHeader && !awaitsHandshake;
    }

    /** The other end of the connection, or the client that a trusted PROXY header names. */
    IpAddress peer() {
        return peer.address();
    }

    /** Where a request comes from. */
    ClientAddress client(RequestHead head) {
        return peer.client(head);
    }
}

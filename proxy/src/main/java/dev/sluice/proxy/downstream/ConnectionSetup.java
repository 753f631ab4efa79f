package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.settings.TrustedProxies;
import dev.sluice.proxy.clientaddress.ClientAddress;
import dev.sluice.proxy.clientaddress.ConnectionPeer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.LoopContext;
import io.netty.channel.Channel;
import java.util.Optional;

/**
 * How a client's connection begins, and who the client turns out to be: it takes a place among those that are served,
 * a trusted proxy may say in a PROXY header whose connection it passes on, and with TLS both agree on keys. Nothing that
 * a client asks is read before that. Belongs to one event loop.
 */
final class ConnectionSetup {
    private final LoopContext worker;
    private final Channel channel;
    private final ConnectionClose farewell;
    private ConnectionLimit.Entry entry = ConnectionLimit.Entry.DROPPED;
    private ConnectionPeer peer = ConnectionPeer.UNKNOWN;
    private boolean awaitsProxyHeader;
    private boolean awaitsHandshake;

    ConnectionSetup(LoopContext worker, Channel channel, ConnectionClose farewell) {
        this.worker = worker;
        this.channel = channel;
        this.farewell = farewell;
        this.awaitsHandshake = farewell.isSecure();
    }

    /** Takes a place; whether there was one. */
    boolean enter() {
        entry = worker.connectionLimit().enter();
        if (entry != ConnectionLimit.Entry.SERVED) {
            worker.counters().connectionsRefused.increment();
        }
        return entry != ConnectionLimit.Entry.DROPPED;
    }

    /** Gives the place back. */
    void leave() {
        worker.connectionLimit().leave(entry);
    }

    /** Whether it has been let in only to be told that it is one too many. */
    boolean isToBeTold() {
        return entry == ConnectionLimit.Entry.TOLD;
    }

    /** Looks who has connected; closes and returns false if that one may not. */
    boolean begin() {
        TrustedProxies trusted = worker.options().trustedProxies();
        peer = ConnectionPeer.of(channel, farewell.isSecure(), trusted);
        if (trusted.usesProxyProtocol()) {
            if (!trusted.contains(peer.address())) {
                worker.counters().unlistedPeers.increment();
                closeInTrouble("it is not in listen.trusted-proxies");
                return false;
            }
            awaitsProxyHeader = true;
        }
        return true;
    }

    /** A trusted proxy has said whose connection it passes on; empty: its own, or of somebody it does not know. */
    void onProxyHeader(Optional<IpAddress> source) {
        peer = peer.replacedBy(source, worker.options().trustedProxies());
        awaitsProxyHeader = false;
    }

    void onBadProxyHeader(String why) {
        worker.counters().malformed.increment();
        closeInTrouble("its PROXY header is bad: " + why);
    }

    private void closeInTrouble(String what) {
        worker.peerTroubles().closed(peer.address(), what, worker.nowNanos());
        farewell.cutOff();
    }

    /** The TLS handshake is done. */
    void onSecured() {
        awaitsHandshake = false;
    }

    boolean awaitsProxyHeader() {
        return awaitsProxyHeader;
    }

    /** Whether the first request may come. */
    boolean isDone() {
        return !awaitsProxyHeader && !awaitsHandshake;
    }

    /** Where a request comes from. */
    ClientAddress client(RequestHead head) {
        return peer.client(head);
    }
}

package dev.sluice.proxy.quota.server;

import dev.sluice.common.IpAddress;
import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.downstream.ConnectionSlot;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The place of one client among those that the port has. Belongs to one event loop. */
final class ClientPlace {
    private final ConnectionLimit limit;
    private final IpAddress client;
    private ConnectionSlot slot = ConnectionSlot.DROPPED;

    /** No place yet. */
    ClientPlace(ConnectionLimit limit, @Nullable SocketAddress remote) {
        this.limit = limit;
        this.client = ConnectionLimit.clientAt(remote);
    }

    /** Takes a place, or another one than it has; returns which. */
    ConnectionSlot take() {
        leave();
        slot = limit.enter(client);
        return slot;
    }

    /** Gives the place back, once. */
    void leave() {
        limit.leave(slot, client);
        slot = ConnectionSlot.DROPPED;
    }

    boolean isServed() {
        return slot == ConnectionSlot.SERVED;
    }

    /** Whether it is one of a few beyond the bound: its first request gets a 503, so that its client waits. */
    boolean isOverLimit() {
        return slot == ConnectionSlot.OVER_LIMIT;
    }

    /** Whether it may take the place that another client has. */
    boolean mayDisplace(ClientPlace other) {
        return other.isServed()
                && (limit.mayDisplaceOthers(client) || ConnectionLimit.isSameClient(client, other.client));
    }
}

package dev.sluice.proxy.downstream;

import dev.sluice.common.IpAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connected clients of all event loops, and decides about connections beyond the limit. A few of those are
 * accepted to get a response: a client that reads {@code SlowDown} waits, one that is cut off comes back at once. All
 * further connections are closed without a response, because responses have a cost too.
 *
 * <p>The last quarter of the places is for addresses that hold less than a quarter of them: one client can't take all.
 * Trusted proxies are not held to that, as they connect for many.
 *
 * <p>Asked once for each connection. Thread-safe.
 */
public final class ConnectionLimit {
    private static final int OVER_LIMIT_MIN = 16;
    private static final int OVER_LIMIT_PART = 16;
    private static final int RESERVED_PART = 4;
    /** Who has an IPv6 address has a network of this size. */
    private static final int IPV6_NETWORK_BITS = 64;

    private final int servedMax;
    private final int overLimitMax;
    private final int reserved;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger overLimit = new AtomicInteger();
    private final ConcurrentHashMap<IpAddress, Integer> servedByClient = new ConcurrentHashMap<>();

    /** Allows that many connections to be served at a time. */
    public ConnectionLimit(int servedMax) {
        this.servedMax = servedMax;
        this.overLimitMax = overLimitMax(servedMax);
        this.reserved = servedMax / RESERVED_PART;
    }

    /** How many connections there may be beyond those that are served. */
    static int overLimitMax(int servedMax) {
        return Math.max(OVER_LIMIT_MIN, servedMax / OVER_LIMIT_PART);
    }

    /**
     * The client at an address, for callers that know no proxies. Clients on this machine are many behind one address, so they
     * are not held to the share of one: they are {@link IpAddress#UNSPECIFIED}.
     */
    public static IpAddress clientAt(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress address
                        && address.getAddress() != null
                        && !address.getAddress().isLoopbackAddress()
                ? IpAddress.of(address.getAddress())
                : IpAddress.UNSPECIFIED;
    }

    /** Takes a place for a client; {@link IpAddress#UNSPECIFIED}: for a proxy, which has many. */
    public ConnectionSlot enter(IpAddress client) {
        if (hasPlaceFor(client) && take(served, servedMax)) {
            if (!client.equals(IpAddress.UNSPECIFIED)) {
                servedByClient.merge(network(client), 1, Integer::sum);
            }
            return ConnectionSlot.SERVED;
        }
        return take(overLimit, overLimitMax) ? ConnectionSlot.OVER_LIMIT : ConnectionSlot.DROPPED;
    }

    /** Whether a client may take the place of another client's idle connection, and not only of one of its own. */
    public boolean mayDisplaceOthers(IpAddress client) {
        return hasPlaceFor(client);
    }

    /** Whether both count as one client. */
    public static boolean isSameClient(IpAddress one, IpAddress other) {
        return network(one).equals(network(other));
    }

    private boolean hasPlaceFor(IpAddress client) {
        return reserved == 0
                || client.equals(IpAddress.UNSPECIFIED)
                || served.get() < servedMax - reserved
                || servedByClient.getOrDefault(network(client), 0) < reserved;
    }

    private static IpAddress network(IpAddress client) {
        return client.isIpv4() ? client : client.first(IPV6_NETWORK_BITS);
    }

    /** Gives a place back. */
    public void leave(ConnectionSlot slot, IpAddress client) {
        switch (slot) {
            case SERVED -> {
                served.decrementAndGet();
                servedByClient.computeIfPresent(network(client), (of, count) -> count > 1 ? count - 1 : null);
            }
            case OVER_LIMIT -> overLimit.decrementAndGet();
            case DROPPED -> {}
        }
    }

    private static boolean take(AtomicInteger taken, int max) {
        if (taken.incrementAndGet() <= max) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }
}

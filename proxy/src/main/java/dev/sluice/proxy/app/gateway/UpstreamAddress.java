package dev.sluice.proxy.app.gateway;

import dev.sluice.proxy.upstream.GatewayAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses of the gateway's name. The one that last accepted a connection is the first. {@link #refresh} resolves the
 * name, which may block, so no event loop calls it. While the name can't be resolved, the last addresses stay. Thread-safe.
 */
public final class UpstreamAddress implements GatewayAddresses {
    /** Each of them may cost a request the connect timeout. */
    private static final int ADDRESSES_MAX = 8;

    /** Looks up all addresses of a name. */
    @FunctionalInterface
    interface NameLookup {
        InetAddress[] allOf(String host) throws UnknownHostException;
    }

    private final String host;
    private final int port;
    private final NameLookup lookup;
    private volatile List<InetSocketAddress> current;
    private volatile boolean hasFailed;

    /** Looks the name up once; it may block for seconds. */
    public UpstreamAddress(String host, int port) {
        this(host, port, InetAddress::getAllByName);
    }

    UpstreamAddress(String host, int port, NameLookup lookup) {
        this.host = host;
        this.port = port;
        this.lookup = lookup;
        this.current = List.of(InetSocketAddress.createUnresolved(host, port));
        refresh();
    }

    /** Resolves the name. May block for seconds. */
    public void refresh() {
        hasFailed = false;
        InetAddress[] found;
        try {
            found = lookup.allOf(host);
        } catch (UnknownHostException e) {
            // The last addresses stay. Connecting to a name that was never resolved fails with its own message.
            return;
        }
        List<InetSocketAddress> resolved = Arrays.stream(found)
                .distinct()
                .limit(ADDRESSES_MAX)
                .map(address -> new InetSocketAddress(address, port))
                .toList();
        // Only now: event loops wait for this lock.
        synchronized (this) {
            current = preferring(current.get(0), resolved);
        }
    }

    /** Resolves the name if a connection has failed since the last time: the gateway may have moved. May block for seconds. */
    public void refreshAfterFailure() {
        if (hasFailed) {
            refresh();
        }
    }

    @Override
    public List<InetSocketAddress> candidates() {
        return current;
    }

    @Override
    public void onConnected(InetSocketAddress address) {
        if (!current.get(0).equals(address)) {
            prefer(address);
        }
    }

    private synchronized void prefer(InetSocketAddress address) {
        current = preferring(address, current);
    }

    private static List<InetSocketAddress> preferring(InetSocketAddress first, List<InetSocketAddress> of) {
        List<InetSocketAddress> ordered = new ArrayList<>(of);
        if (ordered.remove(first)) {
            ordered.add(0, first);
        }
        return List.copyOf(ordered);
    }

    @Override
    public void onFailed(InetSocketAddress address) {
        hasFailed = true;
    }
}

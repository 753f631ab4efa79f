package dev.sluice.proxy.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;

/**
 * Where the gateway is. A name is looked up here, by whoever calls {@link #refresh}, never by an event loop: a lookup
 * may block. Until a first lookup succeeds, and again whenever one fails, what was known last is used.
 */
final class UpstreamAddress implements Supplier<InetSocketAddress> {
    private final String host;
    private final int port;
    private volatile InetSocketAddress current;

    UpstreamAddress(String host, int port) {
        this.host = host;
        this.port = port;
        this.current = InetSocketAddress.createUnresolved(host, port);
        refresh();
    }

    /** Looks the name up. May block for seconds. */
    void refresh() {
        try {
            current = new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            // What was known stays; connecting to a name that was never resolved fails and says so.
        }
    }

    @Override
    public InetSocketAddress get() {
        return current;
    }
}

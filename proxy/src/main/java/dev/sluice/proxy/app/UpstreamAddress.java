package dev.sluice.proxy.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Supplier;

/**
 * The address of the gateway. {@link #refresh} resolves its name, which may block, so no event loop calls it. While the
 * name can't be resolved, the last address stays. Thread-safe.
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

    /** Resolves the name. May block for seconds. */
    void refresh() {
        try {
            current = new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            // The last address stays. Connecting to a name that was never resolved fails with its own message.
        }
    }

    @Override
    public InetSocketAddress get() {
        return current;
    }
}

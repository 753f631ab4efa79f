package dev.sluice.proxy.upstream;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the gateway can be connected to. A name may have several addresses: they are tried in order until one accepts.
 * Thread-safe; no call may block.
 */
public interface GatewayAddresses {
    /** The addresses to try, the one that last worked first; one at least, which is unresolved if the name was never known. */
    List<InetSocketAddress> candidates();

    /** That address has accepted a connection. */
    void onConnected(InetSocketAddress address);

    /** That address has refused a connection, or was silent. */
    void onFailed(InetSocketAddress address);

    /** One address at a time, of which nothing is remembered. */
    static GatewayAddresses of(Supplier<InetSocketAddress> address) {
        return new GatewayAddresses() {
            @Override
            public List<InetSocketAddress> candidates() {
                return List.of(address.get());
            }

            @Override
            public void onConnected(InetSocketAddress connected) {}

            @Override
            public void onFailed(InetSocketAddress failed) {}
        };
    }
}

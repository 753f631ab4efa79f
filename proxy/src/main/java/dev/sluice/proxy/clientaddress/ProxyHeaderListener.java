package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import java.util.Optional;

/** Receives the PROXY header of one connection. */
public interface ProxyHeaderListener {
    /**
     * The header is complete.
     *
     * @param source who connected to the balancer; empty if the header does not name anyone
     */
    void onProxyHeader(Optional<IpAddress> source);

    /** There is no valid header. The argument completes "its PROXY header is bad: ". */
    void onBadProxyHeader(String reason);
}

package dev.sluice.policy.listen;

import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import java.util.List;

/**
 * The proxies and balancers before the sidecar whose statements about client addresses are trusted. Safe for event
 * loops: a check compares each range and allocates nothing.
 *
 * @param ranges the addresses of these proxies; empty: the address of the connection is the client's
 * @param proxyProtocol whether they send the header of the PROXY protocol
 */
public record TrustedProxies(List<IpRange> ranges, ProxyProtocol proxyProtocol) {
    /** Whether connections begin with a header of the PROXY protocol. It is never guessed from the first bytes. */
    public enum ProxyProtocol {
        /** No connection has one. */
        OFF,
        /** Every connection has one, and comes from a trusted proxy. */
        ON
    }

    /** No proxy is trusted. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), ProxyProtocol.OFF);

    public TrustedProxies {
        ranges = List.copyOf(ranges);
        if (proxyProtocol == ProxyProtocol.ON && ranges.isEmpty()) {
            throw new IllegalArgumentException("the PROXY protocol needs a trusted proxy");
        }
    }

    /** Whether an address is that of a trusted proxy. */
    public boolean contains(IpAddress address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether each connection begins with a header of the PROXY protocol. */
    public boolean usesProxyProtocol() {
        return proxyProtocol == ProxyProtocol.ON;
    }
}

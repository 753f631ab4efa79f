package dev.sluice.policy.settings;

import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import java.util.List;

/**
 * Whose word is taken for where a client comes from. Asked on event loops: the answer costs a look at each range and no
 * memory.
 *
 * @param ranges where proxies and balancers are that tell the truth about their clients; empty: nobody is believed
 * @param proxyProtocol whether they speak the PROXY protocol
 */
public record TrustedProxies(List<IpRange> ranges, ProxyProtocol proxyProtocol) {
    /** Whether connections begin with a header of the PROXY protocol. Nothing is guessed: it is there or it isn't. */
    public enum ProxyProtocol {
        OFF,
        /** Every connection has one, and comes from a trusted proxy. */
        ON
    }

    /** Nobody is believed. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of(), ProxyProtocol.OFF);

    public TrustedProxies {
        ranges = List.copyOf(ranges);
        if (proxyProtocol == ProxyProtocol.ON && ranges.isEmpty()) {
            throw new IllegalArgumentException("nobody could speak the PROXY protocol");
        }
    }

    public boolean contains(IpAddress address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    public boolean speakProxyProtocol() {
        return proxyProtocol == ProxyProtocol.ON;
    }
}

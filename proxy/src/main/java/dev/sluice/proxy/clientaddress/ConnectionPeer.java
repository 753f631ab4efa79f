package dev.sluice.proxy.clientaddress;

import static dev.sluice.proxy.clientaddress.ClientAddress.Scheme.HTTP;
import static dev.sluice.proxy.clientaddress.ClientAddress.Scheme.HTTPS;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.settings.TrustedProxies;
import dev.sluice.proxy.clientaddress.ClientAddress.Scheme;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who is at the other end of a client connection, and whether it is believed what its requests say about where they come
 * from. Immutable; one for each connection. What is written for a peer that is not believed is made once: its requests
 * cost nothing more.
 */
public final class ConnectionPeer {
    /** Of a connection that nothing is known of yet. */
    public static final ConnectionPeer UNKNOWN = new ConnectionPeer(IpAddress.UNSPECIFIED, HTTP, TrustedProxies.NONE);

    private final IpAddress address;
    private final Scheme scheme;
    private final TrustedProxies trusted;
    private final boolean believed;
    private final ClientAddress itself;

    private ConnectionPeer(IpAddress address, Scheme scheme, TrustedProxies trusted) {
        this.address = address;
        this.scheme = scheme;
        this.trusted = trusted;
        this.believed = trusted.contains(address);
        this.itself = ClientAddress.of(List.of(address), scheme);
    }

    /** The one that has connected. It is believed if it is a trusted proxy. */
    public static ConnectionPeer of(Channel channel, boolean isSecure, TrustedProxies trusted) {
        IpAddress address = channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? IpAddress.of(inet.getAddress())
                : IpAddress.UNSPECIFIED;
        return new ConnectionPeer(address, isSecure ? HTTPS : HTTP, trusted);
    }

    /**
     * The one that a PROXY header names in this one's place: believed if it is itself a trusted proxy. If none is named,
     * this one, but not believed: it may speak for a client that it can't name.
     */
    public ConnectionPeer replacedBy(Optional<IpAddress> source, TrustedProxies trusted) {
        return source.map(named -> new ConnectionPeer(named, scheme, trusted))
                .orElseGet(() -> new ConnectionPeer(address, scheme, TrustedProxies.NONE));
    }

    public IpAddress address() {
        return address;
    }

    /** Where a request comes from. */
    public ClientAddress client(RequestHead head) {
        if (!believed
                || (head.index(KnownHeader.X_FORWARDED_FOR) < 0 && head.index(KnownHeader.X_FORWARDED_PROTO) < 0)) {
            return itself;
        }
        return ClientAddress.of(ForwardedFor.way(head, address, trusted), scheme(head));
    }

    /** What the one line of that name says, if there is one and it makes sense; else what is spoken here. */
    private Scheme scheme(RequestHead head) {
        Scheme said = scheme;
        boolean found = false;
        for (int line = 0; line < head.headers().count(); line++) {
            if (ForwardedFor.isGenuine(head, line, KnownHeader.X_FORWARDED_PROTO)) {
                if (found) {
                    return scheme;
                }
                found = true;
                said = Scheme.of(
                        head.bytes(),
                        head.headers().valueStart(line),
                        head.headers().valueEnd(line),
                        scheme);
            }
        }
        return said;
    }
}

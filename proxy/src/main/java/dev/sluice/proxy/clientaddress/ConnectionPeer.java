package dev.sluice.proxy.clientaddress;

import static dev.sluice.proxy.clientaddress.ClientAddress.Scheme.HTTP;
import static dev.sluice.proxy.clientaddress.ClientAddress.Scheme.HTTPS;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.proxy.clientaddress.ClientAddress.Scheme;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.RequestHead;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The other end of a client connection, and whether the forwarding headers of its requests are trusted. Immutable; one
 * for each connection. The headers that are written for an untrusted peer are made once, so its requests cost nothing
 * more.
 */
public final class ConnectionPeer {
    /** The peer of a connection of which nothing is known yet. */
    public static final ConnectionPeer UNKNOWN = new ConnectionPeer(IpAddress.UNSPECIFIED, HTTP, TrustedProxies.NONE);

    private final IpAddress address;
    private final Scheme scheme;
    private final TrustedProxies trusted;
    private final boolean isTrusted;
    private final ClientAddress itself;

    private ConnectionPeer(IpAddress address, Scheme scheme, TrustedProxies trusted) {
        this.address = address;
        this.scheme = scheme;
        this.trusted = trusted;
        this.isTrusted = trusted.contains(address);
        this.itself = ClientAddress.of(List.of(address), scheme);
    }

    /** The peer that has connected. It is trusted if it is a trusted proxy. */
    public static ConnectionPeer of(Channel channel, boolean isSecure, TrustedProxies trusted) {
        IpAddress address = channel.remoteAddress() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? IpAddress.of(inet.getAddress())
                : IpAddress.UNSPECIFIED;
        return new ConnectionPeer(address, isSecure ? HTTPS : HTTP, trusted);
    }

    /**
     * Returns the peer that a PROXY header names in place of this one; it is trusted if it is itself a trusted proxy.
     * If none is named, returns this one, but untrusted: it may speak for a client that it does not know.
     */
    public ConnectionPeer replacedBy(Optional<IpAddress> source, TrustedProxies trusted) {
        return source.map(named -> new ConnectionPeer(named, scheme, trusted))
                .orElseGet(() -> new ConnectionPeer(address, scheme, TrustedProxies.NONE));
    }

    public IpAddress address() {
        return address;
    }

    /** Returns where a request comes from. */
    public ClientAddress client(RequestHead head) {
        if (!isTrusted
                || (head.index(KnownHeader.X_FORWARDED_FOR) < 0 && head.index(KnownHeader.X_FORWARDED_PROTO) < 0)) {
            return itself;
        }
        return ClientAddress.of(ForwardedFor.hops(head, address, trusted), scheme(head));
    }

    /**
     * Returns the scheme that the one {@code X-Forwarded-Proto} line names. If there are several or none is valid,
     * returns the scheme of this connection.
     */
    private Scheme scheme(RequestHead head) {
        Scheme claimed = scheme;
        boolean found = false;
        for (int line = 0; line < head.headers().count(); line++) {
            if (ForwardedFor.isGenuine(head, line, KnownHeader.X_FORWARDED_PROTO)) {
                if (found) {
                    return scheme;
                }
                found = true;
                claimed = Scheme.of(
                        head.bytes(),
                        head.headers().valueStart(line),
                        head.headers().valueEnd(line),
                        scheme);
            }
        }
        return claimed;
    }
}

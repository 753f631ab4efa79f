package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import dev.sluice.policy.listen.TrustedProxies;
import dev.sluice.proxy.http1.HeaderLines;
import dev.sluice.proxy.http1.KnownHeader;
import dev.sluice.proxy.http1.RequestHead;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads the hops of a request from its {@code X-Forwarded-For}.
 *
 * <p>Each proxy appends the address that it got the request from. So the list can be trusted from its end, up to and
 * including the first address that is no trusted proxy: a trusted proxy has seen that address. The client may have made
 * up all elements before it, and RGW takes the first element for the client. So the list is cut there.
 *
 * <p>Several lines count as one list. A name with {@code _} does not count: a proxy that appends to the real header may
 * pass such a line on unchanged, behind the real one.
 */
final class ForwardedFor {
    /** More hops are not read. This bounds the cost of a request. */
    static final int HOPS_MAX = 32;

    private static final int PORT_DIGITS_MAX = 5;

    private ForwardedFor() {}

    /**
     * Returns the hops of a request: the client, then proxies, and last the peer.
     *
     * @param peer a trusted proxy
     */
    static List<IpAddress> hops(RequestHead head, IpAddress peer, TrustedProxies trusted) {
        List<IpAddress> hops = new ArrayList<>();
        hops.add(peer);
        HeaderLines lines = head.headers();
        for (int line = lines.count() - 1; line >= 0; line--) {
            if (isGenuine(head, line, KnownHeader.X_FORWARDED_FOR) && !readBackwards(head, line, hops, trusted)) {
                break;
            }
        }
        Collections.reverse(hops);
        return hops;
    }

    /** Whether a line has exactly that name, apart from case. */
    static boolean isGenuine(RequestHead head, int line, KnownHeader name) {
        HeaderLines lines = head.headers();
        if (lines.header(line) != name) {
            return false;
        }
        for (int i = lines.lineStart(line); i < lines.nameEnd(line); i++) {
            if (head.bytes()[i] == '_') {
                return false;
            }
        }
        return true;
    }

    /** Adds the elements of a line from the last one on; returns whether there may be more before it. */
    private static boolean readBackwards(RequestHead head, int line, List<IpAddress> hops, TrustedProxies trusted) {
        byte[] bytes = head.bytes();
        int start = head.headers().valueStart(line);
        int end = head.headers().valueEnd(line);
        while (end > start) {
            int from = end;
            while (from > start && bytes[from - 1] != ',') {
                from--;
            }
            int first = from;
            int last = end;
            while (first < last && isBlank(bytes[first])) {
                first++;
            }
            while (last > first && isBlank(bytes[last - 1])) {
                last--;
            }
            // Empty elements are to be ignored: RFC 9110, 5.6.1.
            if (last > first) {
                Optional<IpAddress> element = element(bytes, first, last);
                if (element.isEmpty() || hops.size() == HOPS_MAX) {
                    return false;
                }
                hops.add(element.get());
                if (!trusted.contains(element.get())) {
                    return false;
                }
            }
            end = from - 1;
        }
        return true;
    }

    /** An address with or without a port, an IPv6 address also in brackets; empty for {@code unknown} and all else. */
    private static Optional<IpAddress> element(byte[] bytes, int from, int to) {
        if (bytes[from] == '[') {
            int close = indexOf(bytes, ']', from, to);
            boolean isIpv6 = indexOf(bytes, ':', from, close) < close;
            return close < to && isIpv6 && (close + 1 == to || isPort(bytes, close + 1, to))
                    ? IpAddress.parse(bytes, from + 1, close)
                    : Optional.empty();
        }
        int colon = indexOf(bytes, ':', from, to);
        boolean hasPort = colon < to && indexOf(bytes, ':', colon + 1, to) == to;
        if (hasPort) {
            return isPort(bytes, colon, to) ? IpAddress.parse(bytes, from, colon) : Optional.empty();
        }
        return IpAddress.parse(bytes, from, to);
    }

    /** A colon and one to five digits. */
    private static boolean isPort(byte[] bytes, int from, int to) {
        int digits = to - from - 1;
        if (bytes[from] != ':' || digits < 1 || digits > PORT_DIGITS_MAX) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}

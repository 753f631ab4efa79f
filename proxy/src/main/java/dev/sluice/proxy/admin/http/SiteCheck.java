package dev.sluice.proxy.admin.http;

import dev.sluice.common.HostPort;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses requests that a page of another site makes a browser send. Two things tell them:
 *
 * <ul>
 *   <li>{@code Origin}, and {@code Sec-Fetch-Site} where the browser sends it, name another site than {@code Host}.
 *   <li>{@code Host} is a name of that site. A page can let its own name point to 127.0.0.1 after it was loaded (DNS
 *       rebinding), and is then of the same origin as the admin port. An address, or {@code localhost}, can't be made to
 *       point elsewhere. With a token there is nothing to gain: the page hasn't got it. So only a port without a token
 *       checks {@code Host}, and probes and Prometheus may use any name with a token.
 * </ul>
 *
 * <p>Clients that are no browsers pass: they send no {@code Origin}, and reach a port without a token by a loopback address.
 * Immutable.
 */
public final class SiteCheck {
    /** Loopback names and addresses alone. */
    public static final SiteCheck LOOPBACK = new SiteCheck(Set.of());

    private final Set<String> hosts;

    /**
     * Makes a check.
     *
     * @param hosts further names, without port, by which browsers reach the port, such as that of a proxy before it
     */
    public SiteCheck(Collection<String> hosts) {
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The response to a request that is refused; empty: it isn't.
     *
     * @param needsToken whether a client must present a token to learn or change anything
     */
    Optional<AdminResponse> refusal(AdminRequest request, boolean needsToken) {
        String host = request.header("host");
        String origin = request.header("origin");
        if (!origin.isEmpty() && !isOwn(origin, host)) {
            return Optional.of(AdminResponse.error(
                    403,
                    "the request comes from a page of another site" + named(hostOf(origin.replaceFirst("^.*://", "")))
                            + ": if it is a proxy before this port, add its name to admin.hosts"));
        }
        if (isOfOtherSite(request)) {
            return Optional.of(AdminResponse.error(403, "the request comes from a page of another site"));
        }
        if (!needsToken && !host.isEmpty() && !isKnown(hostOf(host))) {
            return Optional.of(AdminResponse.error(
                    421,
                    "this port isn't known by that name" + named(hostOf(host))
                            + ": use localhost or an address, or add the name to admin.hosts"));
        }
        return Optional.empty();
    }

    /** A link from elsewhere is followed; a script, an image or a call of another site is not served. */
    private static boolean isOfOtherSite(AdminRequest request) {
        String site = request.header("sec-fetch-site");
        // Without Origin the browser itself doesn't show the response to the page, but a stream would be held open.
        return (site.equals("cross-site") || site.equals("same-site"))
                && request.header("origin").isEmpty()
                && !request.header("sec-fetch-mode").equals("navigate");
    }

    private boolean isOwn(String origin, String host) {
        int scheme = origin.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        String authority = origin.substring(scheme + 3);
        return authority.equalsIgnoreCase(host) || hosts.contains(hostOf(authority));
    }

    /**
     * Whether a site on the internet may have that name. It needs a dot: nobody outside can let a name of one label point here.
     *
     * @param authority as in {@code Host}; empty: there is none, as of clients that are no browsers
     */
    public static boolean mayBeASite(String authority) {
        String host = hostOf(authority);
        return !authority.isEmpty()
                && (host.isEmpty() || (host.indexOf('.') >= 0 && !host.endsWith(".localhost") && !isAddress(host)));
    }

    private boolean isKnown(String host) {
        return host.equals("localhost") || host.endsWith(".localhost") || isAddress(host) || hosts.contains(host);
    }

    /** Of a host that is one: all that consists of digits and dots is an address. */
    private static boolean isAddress(String host) {
        return !host.isEmpty() && (host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || isDigit(c)));
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** In lower case, without port, brackets and a dot at the end; empty: it isn't one. */
    private static String hostOf(String authority) {
        String host = authority.toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            host = end < 0 ? "" : host.substring(1, end);
        } else {
            int port = host.lastIndexOf(':');
            host = port < 0 ? host : host.substring(0, port);
        }
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return !host.isEmpty() && HostPort.isHost(host) ? host : "";
    }

    private static String named(String host) {
        return host.isEmpty() ? "" : " (" + host + ")";
    }
}

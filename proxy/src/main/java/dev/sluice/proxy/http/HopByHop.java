package dev.sluice.proxy.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;

/** Headers that end at a proxy (RFC 9110, 7.6.1), and those that a proxy sets. */
final class HopByHop {
    /** What a {@code Connection} header may not take away: framing, and what S3 signs. */
    private static final List<String> NOT_HOP_BY_HOP =
            List.of("content-length", "transfer-encoding", "host", "authorization", "date", "range", "expect");

    /** RGW takes {@code -} and {@code _} in a name for the same. */
    private static final List<String> FORWARDED_FOR =
            List.of("x-forwarded-for", "x_forwarded_for", "x-forwarded_for", "x_forwarded-for");

    private HopByHop() {}

    /**
     * Removes them. {@code Transfer-Encoding} stays: it is how the body is framed, here as there.
     *
     * <p>A name listed in {@code Connection} goes too, unless a client could use that to hide from RGW what was decided
     * by ({@code Connection: content-length}).
     */
    static void strip(HttpHeaders headers) {
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : value.split(",", -1)) {
                String lower = name.strip().toLowerCase(Locale.ROOT);
                if (!lower.isEmpty() && !NOT_HOP_BY_HOP.contains(lower) && !lower.startsWith("x-amz-")) {
                    headers.remove(lower);
                }
            }
        }
        headers.remove(HttpHeaderNames.CONNECTION);
        headers.remove("keep-alive");
        headers.remove("proxy-connection");
        headers.remove(HttpHeaderNames.TE);
        headers.remove(HttpHeaderNames.UPGRADE);
    }

    /**
     * Tells RGW the client's address ({@code aws:SourceIp} in policies). What the client itself claims is removed, also
     * under the names that RGW folds to the same variable.
     */
    static void setForwardedFor(HttpHeaders headers, SocketAddress client) {
        FORWARDED_FOR.forEach(headers::remove);
        if (client instanceof InetSocketAddress inet) {
            InetAddress address = inet.getAddress();
            if (address != null) {
                headers.set("X-Forwarded-For", address.getHostAddress());
            }
        }
    }
}

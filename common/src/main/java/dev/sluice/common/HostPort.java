package dev.sluice.common;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The host and port of a listener or a server. Names are not resolved here.
 *
 * @param host a name, an IPv4 or an IPv6 address, the latter without brackets
 * @param port 0 to 65535; 0 lets the system choose the port of a listener
 */
public record HostPort(String host, int port) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?");
    private static final Pattern ALL_DIGITS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    public HostPort {
        if (!isHost(host)) {
            throw new IllegalArgumentException("not a host: " + host);
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return host.equals("localhost")
                || host.equals("::1")
                || (host.startsWith("127.") && IPV4.matcher(host).matches());
    }

    /** Whether it means all addresses of the machine. */
    public boolean isWildcard() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    /** Whether the two can't be listened on at the same time. */
    public boolean clashesWith(HostPort other) {
        return port != 0
                && port == other.port
                && (isWildcard() || other.isWildcard() || address().equals(other.address()));
    }

    private String address() {
        return host.equals("localhost") ? "127.0.0.1" : host;
    }

    /** The endpoint in the form of ZeroMQ: {@code tcp://host:port}. */
    public String tcpUri() {
        return "tcp://" + this;
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Whether a text is a host name, an IPv4 address, or an IPv6 address without brackets. */
    public static boolean isHost(String host) {
        if (host.indexOf(':') >= 0) {
            return isIpv6(host);
        }
        if (ALL_DIGITS.matcher(host).matches()) {
            return IPV4.matcher(host).matches();
        }
        return NAME.matcher(host).matches() && !host.contains("..");
    }

    private static boolean isIpv6(String host) {
        try {
            // brackets make it a literal: no name is resolved
            return host.length() <= 45
                    && IPV6.matcher(host).matches()
                    && InetAddress.getByName("[" + host + "]") != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}

package dev.sluice.sync.config;

/**
 * The parts of {@code tcp://host:port}.
 *
 * @param host a name or an address, IPv6 without brackets; {@code *}: every interface
 * @param port 0: any free one
 */
public record Endpoint(String host, int port) {
    private static final String SCHEME = "tcp://";

    /**
     * An endpoint to listen on; {@code *} may stand for the host, the port or both.
     *
     * @throws IllegalArgumentException with a message for the author of the text
     */
    public static Endpoint toListen(String text) {
        return parse(text);
    }

    /**
     * An endpoint of a peer: one host and one port.
     *
     * @throws IllegalArgumentException with a message for the author of the text
     */
    public static Endpoint toConnect(String text) {
        Endpoint endpoint = parse(text);
        if (endpoint.port == 0) {
            throw refused(text, "a peer needs a port from 1 to 65535");
        }
        if (endpoint.host.equals("*")) {
            throw refused(text, "a peer needs a host");
        }
        return endpoint;
    }

    private static Endpoint parse(String text) {
        if (!text.startsWith(SCHEME)) {
            throw refused(text, "expected tcp://host:port");
        }
        int colon = text.lastIndexOf(':');
        if (colon < SCHEME.length()) {
            throw refused(text, "the port is missing");
        }
        return new Endpoint(hostOf(text, text.substring(SCHEME.length(), colon)), portOf(text, colon + 1));
    }

    private static String hostOf(String text, String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        if (bracketed ? bare.indexOf(':') < 0 : bare.indexOf(':') >= 0) {
            throw refused(text, "an IPv6 address, and only that, stands in brackets");
        }
        // JeroMQ gives ';' and '/' a meaning of their own.
        if (bare.isEmpty() || bare.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || "/;[]@".indexOf(c) >= 0)) {
            throw refused(text, "the host is missing or has a character that no host has");
        }
        return bare;
    }

    private static int portOf(String text, int start) {
        String port = text.substring(start);
        if (port.equals("*")) {
            return 0;
        }
        // At most five digits, so that it can be parsed.
        int number = port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : -1;
        if (number < 0 || number > 65_535) {
            throw refused(text, "the port is not a number from 0 to 65535");
        }
        return number;
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("bad endpoint \"" + text + "\": " + why);
    }

    public boolean isIpv6() {
        return host.indexOf(':') >= 0;
    }

    /** The text form, as ZeroMQ expects it. */
    public String text() {
        return SCHEME + (isIpv6() ? "[" + host + "]" : host) + ":" + (port == 0 ? "*" : port);
    }
}

package dev.sluice.policy.listen;

import dev.sluice.common.HostPort;
import dev.sluice.common.IpAddress;
import dev.sluice.common.IpRange;
import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import java.util.Optional;

/** Parses addresses in configuration files: {@code host:port}, and ranges of IP addresses. Resolves no name. */
public final class AddressParser {
    private static final int PORT_MAX = 65535;
    private static final String RANGE_HINT =
            "write an address or a range, such as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32";

    private AddressParser() {}

    /**
     * Parses {@code host:port}, an IPv6 address in brackets.
     *
     * @param hint what to write instead, in general
     */
    public static ParsedValue<HostPort> hostPort(String text, String hint) {
        int scheme = text.indexOf("://");
        if (scheme >= 0) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " is not a host and port",
                    "leave " + text.substring(0, scheme + 3) + " away: " + hint);
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " has no port", hint);
        }
        String host = text.substring(0, colon);
        if (host.isEmpty() || host.equals("*")) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " has no host",
                    "write 0.0.0.0" + text.substring(colon) + " for all addresses");
        }
        if (host.startsWith("[") && host.endsWith("]") && host.indexOf(':') > 0) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " is not a host and port",
                    "an IPv6 address needs brackets, such as [::1]:8080");
        }
        if (!HostPort.isHost(host)) {
            return ParsedValue.bad(ProblemTexts.quote(host) + " is not a host name or address", hint);
        }
        String port = text.substring(colon + 1);
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > PORT_MAX) {
            return ParsedValue.bad(ProblemTexts.quote(port) + " is not a port", "use 1 to 65535");
        }
        return ParsedValue.good(new HostPort(host, Integer.parseInt(port)));
    }

    /** Parses {@code 10.1.2.3}, {@code 10.0.0.0/8}, {@code 2001:db8::/32}. */
    public static ParsedValue<IpRange> ipRange(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        Optional<IpAddress> address = IpAddress.parse(host);
        if (address.isEmpty()) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not an address or a range of addresses", RANGE_HINT);
        }
        // an IPv4 address may be written as IPv6 maps it; its prefix then counts from the front of that
        int bitsBefore = host.indexOf(':') < 0 ? IpAddress.MAPPED_BITS : 0;
        int prefixMax = IpRange.BITS_MAX - bitsBefore;
        String prefix = slash < 0 ? Integer.toString(prefixMax) : text.substring(slash + 1);
        if (!prefix.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(prefix) > prefixMax) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " has no prefix length behind the /",
                    "use 0 to " + prefixMax + ", or leave the / away for one address");
        }
        int bits = bitsBefore + Integer.parseInt(prefix);
        IpAddress first = address.get().first(bits);
        if (!first.equals(address.get())) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " has bits set behind its prefix",
                    "write " + new IpRange(first, bits) + " for the range, or " + address.get()
                            + " for that address alone");
        }
        return ParsedValue.good(new IpRange(first, bits));
    }
}

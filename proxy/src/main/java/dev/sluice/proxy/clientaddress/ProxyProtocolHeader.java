package dev.sluice.proxy.clientaddress;

import dev.sluice.common.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The header of the PROXY protocol that a balancer puts before a connection's first byte, in version 1 (a line of text)
 * or 2 (binary). The parser accepts what the specification allows and nothing else: the header is removed, so two
 * readings of it would be two readings of what follows.
 *
 * <pre>
 * version 2:  0            12       13        14       16
 *             | signature   | 2, cmd | fam, tr | length | addresses, TLVs ... |
 * </pre>
 */
final class ProxyProtocolHeader {
    /**
     * Longer headers are malformed. The specification allows 64 KiB of TLVs in version 2, but balancers send some
     * hundred bytes.
     */
    static final int BYTES_MAX = 4096;

    /** With its CRLF. */
    static final int V1_BYTES_MAX = 107;

    private static final byte[] V1_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2_SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
    private static final int V2_COMMAND_AT = 12;
    private static final int V2_FAMILY_AT = 13;
    private static final int V2_LENGTH_AT = 14;
    private static final int V2_START_BYTES = 16;

    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;
    /** Of a connection between sockets of a file system: two paths. */
    private static final int UNIX_BYTES = 2 * 108;

    private static final int PORTS_BYTES = 4;
    private static final int TLV_START_BYTES = 3;

    private static final ProxyHeaderResult INCOMPLETE = new ProxyHeaderResult.Incomplete();

    private ProxyProtocolHeader() {}

    /** Reads {@code bytes[0, length)}, which begin with the connection's first byte. */
    static ProxyHeaderResult parse(byte[] bytes, int length) {
        if (length == 0) {
            return INCOMPLETE;
        }
        byte[] start = bytes[0] == V1_START[0] ? V1_START : V2_SIGNATURE;
        int compared = Math.min(length, start.length);
        if (!Arrays.equals(bytes, 0, compared, start, 0, compared)) {
            return new ProxyHeaderResult.Malformed("there is none");
        }
        if (length < start.length) {
            return INCOMPLETE;
        }
        return start == V1_START ? v1(bytes, length) : v2(bytes, length);
    }

    // --- version 1 ----------------------------------------------------------------------------

    private static ProxyHeaderResult v1(byte[] bytes, int length) {
        int limit = Math.min(length, V1_BYTES_MAX);
        for (int at = V1_START.length; at < limit; at++) {
            if (bytes[at] == '\n') {
                return new ProxyHeaderResult.Malformed("its line ends in a bare LF");
            }
            if (bytes[at] == '\r' && at + 1 < V1_BYTES_MAX) {
                if (at + 1 == limit) {
                    return INCOMPLETE;
                }
                return bytes[at + 1] == '\n'
                        ? v1Line(new String(bytes, 0, at, StandardCharsets.ISO_8859_1), at + 2)
                        : new ProxyHeaderResult.Malformed("its line has a bare CR");
            }
        }
        return length < V1_BYTES_MAX
                ? INCOMPLETE
                : new ProxyHeaderResult.Malformed("its line is longer than " + V1_BYTES_MAX + " bytes");
    }

    private static ProxyHeaderResult v1Line(String line, int length) {
        String[] words = line.split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return new ProxyHeaderResult.Complete(length, Optional.empty());
        }
        boolean isIpv4 = words[1].equals("TCP4");
        if (!isIpv4 && !words[1].equals("TCP6")) {
            return new ProxyHeaderResult.Malformed("its protocol is neither TCP4, TCP6 nor UNKNOWN");
        }
        if (words.length != 6) {
            return new ProxyHeaderResult.Malformed("it has not two addresses and two ports");
        }
        Optional<IpAddress> source = v1Address(words[2], isIpv4);
        if (source.isEmpty() || v1Address(words[3], isIpv4).isEmpty()) {
            return new ProxyHeaderResult.Malformed("an address is none of its protocol");
        }
        if (!isPort(words[4]) || !isPort(words[5])) {
            return new ProxyHeaderResult.Malformed("a port is none");
        }
        return new ProxyHeaderResult.Complete(length, source);
    }

    private static Optional<IpAddress> v1Address(String text, boolean isIpv4) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return isIpv4 == (text.indexOf(':') < 0) ? IpAddress.parse(bytes, 0, bytes.length) : Optional.empty();
    }

    private static boolean isPort(String text) {
        return text.matches("0|[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 0xFFFF;
    }

    // --- version 2 ----------------------------------------------------------------------------

    private static ProxyHeaderResult v2(byte[] bytes, int length) {
        if (length > V2_COMMAND_AT && bytes[V2_COMMAND_AT] != LOCAL && bytes[V2_COMMAND_AT] != PROXY) {
            return new ProxyHeaderResult.Malformed("its version or command is unknown");
        }
        if (length < V2_START_BYTES) {
            return INCOMPLETE;
        }
        int rest = (bytes[V2_LENGTH_AT] & 0xFF) << 8 | (bytes[V2_LENGTH_AT + 1] & 0xFF);
        int whole = V2_START_BYTES + rest;
        if (whole > BYTES_MAX) {
            return new ProxyHeaderResult.Malformed("it is longer than " + BYTES_MAX + " bytes");
        }
        // The content of a balancer's own connections is skipped.
        boolean isLocal = bytes[V2_COMMAND_AT] == LOCAL;
        int addressBytes = isLocal ? 0 : addressBytes(bytes[V2_FAMILY_AT]);
        if (addressBytes < 0) {
            return new ProxyHeaderResult.Malformed("its address family or protocol is unknown");
        }
        if (rest < addressBytes) {
            return new ProxyHeaderResult.Malformed("it is too short for its addresses");
        }
        if (length < whole) {
            return INCOMPLETE;
        }
        if (isLocal || addressBytes == 0) {
            return new ProxyHeaderResult.Complete(whole, Optional.empty());
        }
        if (!areTlvs(bytes, V2_START_BYTES + addressBytes, whole)) {
            return new ProxyHeaderResult.Malformed("what follows its addresses does not end where it does");
        }
        if (addressBytes == UNIX_BYTES) {
            return new ProxyHeaderResult.Complete(whole, Optional.empty());
        }
        int sourceBytes = (addressBytes - PORTS_BYTES) / 2;
        return new ProxyHeaderResult.Complete(
                whole, Optional.of(IpAddress.ofBytes(bytes, V2_START_BYTES, sourceBytes)));
    }

    /** How many bytes two addresses of a family take, with their ports; -1 if there is no such family and protocol. */
    private static int addressBytes(byte familyAndProtocol) {
        return switch (familyAndProtocol) {
            case 0x00 -> 0;
            case 0x11, 0x12 -> 2 * IpAddress.IPV4_BYTES + PORTS_BYTES;
            case 0x21, 0x22 -> 2 * IpAddress.IPV6_BYTES + PORTS_BYTES;
            case 0x31, 0x32 -> UNIX_BYTES;
            default -> -1;
        };
    }

    /** Whether [from, to) is a sequence of TLVs: type, length and value each. Their content is ignored. */
    private static boolean areTlvs(byte[] bytes, int from, int to) {
        int at = from;
        while (at + TLV_START_BYTES <= to) {
            at += TLV_START_BYTES + ((bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF));
        }
        return at == to;
    }
}

package dev.sluice.proxy.http1;

/** The value of {@code Host}: a name, an address or an address in brackets, and perhaps a port. */
final class HostValue {
    private static final int PORT_DIGITS_MAX = 5;

    private HostValue() {}

    static boolean isGood(byte[] bytes, int from, int to) {
        if (from == to) {
            return false;
        }
        int nameEnd;
        if (bytes[from] == '[') {
            int close = OctetClasses.skip(OctetClasses.HOST_ADDRESS, bytes, from + 1, to);
            if (close == from + 1 || close == to || bytes[close] != ']') {
                return false;
            }
            nameEnd = close + 1;
        } else {
            nameEnd = OctetClasses.skip(OctetClasses.HOST_NAME, bytes, from, to);
            if (nameEnd == from) {
                return false;
            }
        }
        return nameEnd == to || isPort(bytes, nameEnd, to);
    }

    /** A colon and up to five digits; the standard lets them be none. */
    private static boolean isPort(byte[] bytes, int from, int to) {
        return bytes[from] == ':'
                && to - from - 1 <= PORT_DIGITS_MAX
                && OctetClasses.skip(OctetClasses.DIGIT, bytes, from + 1, to) == to;
    }
}

package dev.sluice.common;

import java.util.Optional;

/**
 * All addresses that begin with the same bits. A range of IPv4 addresses holds only such, one of IPv6 addresses none of
 * them: {@code ::/0} is not everybody.
 *
 * @param first the rest of its bits are 0
 * @param bits how many are the same, 0 to 128; for IPv4 96 more than people write
 */
public record IpRange(IpAddress first, int bits) {
    private static final int ALL_BITS = 128;
    private static final String HINT = "write an address or a range, such as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32";

    public IpRange {
        if (bits < 0 || bits > ALL_BITS || !first.first(bits).equals(first)) {
            throw new IllegalArgumentException("no range: " + first + " with " + bits + " bits");
        }
    }

    public boolean contains(IpAddress address) {
        return address.isIpv4() == isIpv4() && address.sharesPrefix(first, bits);
    }

    private boolean isIpv4() {
        return first.isIpv4() && bits >= IpAddress.MAPPED_BITS;
    }

    /** Whether it holds every address of its kind. */
    public boolean isEverybody() {
        return bits == (isIpv4() ? IpAddress.MAPPED_BITS : 0);
    }

    /** Reads {@code 10.1.2.3}, {@code 10.0.0.0/8}, {@code 2001:db8::/32}. */
    public static ParsedValue<IpRange> parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        Optional<IpAddress> address = IpAddress.parse(host);
        if (address.isEmpty()) {
            return ParsedValue.bad(ProblemTexts.quote(text) + " is not an address or a range of addresses", HINT);
        }
        // An IPv4 address may be written as IPv6 maps it; its prefix then counts from the front of that.
        int before = host.indexOf(':') < 0 ? IpAddress.MAPPED_BITS : 0;
        int most = ALL_BITS - before;
        String prefix = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
        if (!prefix.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(prefix) > most) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " has no prefix length behind the /",
                    "use 0 to " + most + ", or leave the / away for one address");
        }
        int bits = before + Integer.parseInt(prefix);
        IpAddress first = address.get().first(bits);
        if (!first.equals(address.get())) {
            return ParsedValue.bad(
                    ProblemTexts.quote(text) + " has bits set behind its prefix",
                    "write " + new IpRange(first, bits) + " for the range, or " + address.get()
                            + " for that address alone");
        }
        return ParsedValue.good(new IpRange(first, bits));
    }

    /** As people write it; a single address without a prefix. */
    @Override
    public String toString() {
        if (bits == ALL_BITS) {
            return first.toString();
        }
        return first + "/" + (isIpv4() ? bits - IpAddress.MAPPED_BITS : bits);
    }
}

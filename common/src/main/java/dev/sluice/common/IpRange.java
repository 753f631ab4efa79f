package dev.sluice.common;

/**
 * All addresses that begin with the same bits. A range of IPv4 addresses holds only such, one of IPv6 addresses none of
 * them: {@code ::/0} is not everybody.
 *
 * @param first the rest of its bits are 0
 * @param bits how many are the same, 0 to 128; for IPv4 96 more than people write
 */
public record IpRange(IpAddress first, int bits) {
    /** Bits of an address. */
    public static final int BITS_MAX = 128;

    public IpRange {
        if (bits < 0 || bits > BITS_MAX || !first.first(bits).equals(first)) {
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

    /** As people write it; a single address without a prefix. */
    @Override
    public String toString() {
        if (bits == BITS_MAX) {
            return first.toString();
        }
        return first + "/" + (isIpv4() ? bits - IpAddress.MAPPED_BITS : bits);
    }
}

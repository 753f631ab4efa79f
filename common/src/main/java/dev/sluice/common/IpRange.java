package dev.sluice.common;

/**
 * All addresses that begin with the same bits. A range of IPv4 addresses holds no IPv6 address, and the other way
 * round: {@code ::/0} holds no IPv4 address.
 *
 * @param first the lowest address; its bits after the prefix are 0
 * @param bits the length of the prefix, 0 to 128; for IPv4 96 more than people write
 */
public record IpRange(IpAddress first, int bits) {
    /** Bits of an address. */
    public static final int BITS_MAX = 128;

    public IpRange {
        if (bits < 0 || bits > BITS_MAX || !first.first(bits).equals(first)) {
            throw new IllegalArgumentException("not a range: " + first + " with " + bits + " bits");
        }
    }

    /** Whether an address is in the range. */
    public boolean contains(IpAddress address) {
        return address.isIpv4() == isIpv4() && address.sharesPrefix(first, bits);
    }

    private boolean isIpv4() {
        return first.isIpv4() && bits >= IpAddress.MAPPED_BITS;
    }

    /** Whether it holds all IPv4 or all IPv6 addresses. */
    public boolean coversAllAddresses() {
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

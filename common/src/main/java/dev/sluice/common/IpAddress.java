package dev.sluice.common;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address, as a value of two words. An IPv4 address is kept as the IPv6 address that it maps to, so
 * that {@code 10.0.0.1} and {@code ::ffff:10.0.0.1} are equal. A dual-stack socket gives the latter.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) {
    /** The address {@code ::}. */
    public static final IpAddress UNSPECIFIED = new IpAddress(0, 0);

    /** Bytes of an IPv4 address. */
    public static final int IPV4_BYTES = 4;
    /** Bytes of an IPv6 address. */
    public static final int IPV6_BYTES = 16;

    /** Bits of the prefix that IPv6 puts before an IPv4 address. */
    public static final int MAPPED_BITS = 96;

    private static final long MAPPED = 0xFFFF_0000_0000L;
    private static final long IPV4_MASK = 0xFFFF_FFFFL;

    static IpAddress ofIpv4(long address) {
        return new IpAddress(0, MAPPED | address);
    }

    /** The value of an address of the JDK; its zone is dropped. */
    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ofBytes(bytes, 0, bytes.length);
    }

    /**
     * Makes an address of bytes in network order.
     *
     * @param length 4 or 16
     */
    public static IpAddress ofBytes(byte[] bytes, int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        return switch (length) {
            case IPV4_BYTES -> ofIpv4(word(bytes, from, IPV4_BYTES));
            case IPV6_BYTES -> new IpAddress(word(bytes, from, Long.BYTES), word(bytes, from + Long.BYTES, Long.BYTES));
            default -> throw new IllegalArgumentException("no address has " + length + " bytes");
        };
    }

    private static long word(byte[] bytes, int from, int length) {
        long word = 0;
        for (int i = from; i < from + length; i++) {
            word = (word << 8) | (bytes[i] & 0xFF);
        }
        return word;
    }

    /**
     * Parses the text in [from, to): four decimal numbers without leading zeros, or IPv6 as RFC 4291 writes it, without
     * brackets, port and zone. Empty if it is anything else.
     */
    public static Optional<IpAddress> parse(byte[] text, int from, int to) {
        return IpAddressText.parse(text, from, to);
    }

    /** Parses a text as {@link #parse(byte[], int, int)} does. */
    public static Optional<IpAddress> parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return parse(bytes, 0, bytes.length);
    }

    /** Whether it is an IPv4 address. */
    public boolean isIpv4() {
        return high == 0 && (low & ~IPV4_MASK) == MAPPED;
    }

    /** The first address of the range that this one is in: all bits but the first ones are 0. */
    public IpAddress first(int bits) {
        return new IpAddress(high & mask(bits), low & mask(bits - Long.SIZE));
    }

    /** A word that begins with so many ones. */
    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= Long.SIZE ? -1 : -1L << (Long.SIZE - bits);
    }

    /** Whether both have the same first bits. */
    boolean sharesPrefix(IpAddress other, int bits) {
        return ((high ^ other.high) & mask(bits)) == 0 && ((low ^ other.low) & mask(bits - Long.SIZE)) == 0;
    }

    /** As RFC 5952 writes it: {@code 10.0.0.1}, {@code 2001:db8::1}. */
    @Override
    public String toString() {
        return IpAddressText.text(this);
    }
}

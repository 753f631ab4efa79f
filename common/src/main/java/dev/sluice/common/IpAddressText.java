package dev.sluice.common;

import java.util.Arrays;
import java.util.Optional;

/** Parses IP addresses in all their spellings, and formats them in one (RFC 5952). */
final class IpAddressText {
    /** The longest spelling: six groups and an IPv4 address. */
    private static final int CHARS_MAX = 45;

    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;
    private static final long INVALID = -1;

    private IpAddressText() {}

    static Optional<IpAddress> parse(byte[] text, int from, int to) {
        if (to - from > CHARS_MAX) {
            return Optional.empty();
        }
        for (int i = from; i < to; i++) {
            if (text[i] == ':') {
                return ipv6(text, from, to);
            }
        }
        long address = ipv4(text, from, to);
        return address == INVALID ? Optional.empty() : Optional.of(IpAddress.ofIpv4(address));
    }

    private static long ipv4(byte[] text, int from, int to) {
        long address = 0;
        int at = from;
        for (int part = 0; part < IpAddress.IPV4_BYTES; part++) {
            if (part > 0) {
                if (at == to || text[at] != '.') {
                    return INVALID;
                }
                at++;
            }
            int start = at;
            int number = 0;
            while (at < to && at - start < 3 && Character.digit(text[at], 10) >= 0) {
                number = number * 10 + (text[at] - '0');
                at++;
            }
            boolean leadingZero = at - start > 1 && text[start] == '0';
            if (at == start || leadingZero || number > 255) {
                return INVALID;
            }
            address = (address << 8) | number;
        }
        return at == to ? address : INVALID;
    }

    private static Optional<IpAddress> ipv6(byte[] text, int from, int to) {
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = -1;
        int at = from;
        if (to - from >= 2 && text[from] == ':' && text[from + 1] == ':') {
            gap = 0;
            at += 2;
        }
        while (at < to) {
            if (count == GROUPS) {
                return Optional.empty();
            }
            int end = at;
            int group = 0;
            while (end < to && end - at < 4 && Character.digit(text[end], 16) >= 0) {
                group = (group << 4) | Character.digit(text[end], 16);
                end++;
            }
            if (end < to && text[end] == '.') {
                long last = ipv4(text, at, to);
                if (last == INVALID || count > GROUPS - 2) {
                    return Optional.empty();
                }
                groups[count++] = (int) (last >>> GROUP_BITS);
                groups[count++] = (int) (last & 0xFFFF);
                break;
            }
            boolean endsWell = end == to || (text[end] == ':' && end + 1 < to);
            if (end == at || !endsWell) {
                return Optional.empty();
            }
            groups[count++] = group;
            at = end == to ? to : end + 1;
            if (at < to && text[at] == ':') {
                if (gap >= 0) {
                    return Optional.empty();
                }
                gap = count;
                at++;
            }
        }
        boolean whole = gap < 0 ? count == GROUPS : count < GROUPS;
        return whole ? Optional.of(address(groups, count, gap)) : Optional.empty();
    }

    /** Moves the groups after the {@code ::} to the end. */
    private static IpAddress address(int[] groups, int count, int gap) {
        if (gap >= 0) {
            int behind = count - gap;
            System.arraycopy(groups, gap, groups, GROUPS - behind, behind);
            Arrays.fill(groups, gap, GROUPS - behind, 0);
        }
        return new IpAddress(word(groups, 0), word(groups, GROUPS / 2));
    }

    private static long word(int[] groups, int from) {
        long word = 0;
        for (int i = from; i < from + GROUPS / 2; i++) {
            word = (word << GROUP_BITS) | groups[i];
        }
        return word;
    }

    static String text(IpAddress address) {
        if (address.isIpv4()) {
            long low = address.low();
            return ((low >> 24) & 0xFF) + "." + ((low >> 16) & 0xFF) + "." + ((low >> 8) & 0xFF) + "." + (low & 0xFF);
        }
        int gap = 0;
        int gapLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zerosFrom(address, i);
            if (length > gapLength) {
                gap = i;
                gapLength = length;
            }
        }
        StringBuilder text = new StringBuilder(CHARS_MAX);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap && gapLength > 1) {
                text.append("::");
                i += gapLength - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(address, i)));
            }
        }
        return text.toString();
    }

    private static int zerosFrom(IpAddress address, int from) {
        int i = from;
        while (i < GROUPS && group(address, i) == 0) {
            i++;
        }
        return i - from;
    }

    private static int group(IpAddress address, int i) {
        long word = i < GROUPS / 2 ? address.high() : address.low();
        int shift = Long.SIZE - GROUP_BITS * (i % (GROUPS / 2) + 1);
        return (int) ((word >>> shift) & 0xFFFF);
    }
}

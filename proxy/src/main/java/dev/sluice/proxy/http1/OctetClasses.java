package dev.sluice.proxy.http1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Which bytes may stand where, as one table lookup per byte; in values, of which heads mostly consist, eight at once. */
public final class OctetClasses {
    /** RFC 9110 {@code tchar}. */
    static final int TOKEN = 1;
    /** In a header's value: tab, space, visible ASCII and all from 0x80. */
    static final int VALUE = 2;
    /** In a target, before the {@code ?}: visible ASCII but {@code #} and {@code ?}, and all from 0x80. */
    static final int PATH = 4;
    /** In a target, after the {@code ?}. */
    static final int QUERY = 8;
    /** In a host name: letters, digits, {@code -}, {@code .} and {@code _}. */
    static final int HOST_NAME = 16;
    /** Between the brackets of an IPv6 address, a zone included. */
    static final int HOST_ADDRESS = 32;

    static final int DIGIT = 64;

    static final byte CR = '\r';
    static final byte LF = '\n';
    static final byte SP = ' ';
    static final byte HTAB = '\t';

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** In each byte of a word: 1, its highest bit, a space, DEL. */
    private static final long ONES = 0x0101010101010101L;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long SPACES = ONES * ' ';
    private static final long AFTER_SPACES = ONES * (' ' + 1);
    private static final long DELS = ONES * 0x7F;

    private static final byte[] CLASSES = classes();
    private static final byte[] LOWER = lower();

    private OctetClasses() {}

    static boolean is(int octetClass, byte octet) {
        return (CLASSES[octet & 0xFF] & octetClass) != 0;
    }

    /** Returns the first offset in [from, to) whose byte is not of that class, or {@code to}. */
    static int skip(int octetClass, byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (CLASSES[bytes[at] & 0xFF] & octetClass) != 0) {
            at++;
        }
        return at;
    }

    /** As {@link #skip} of {@link #VALUE}. */
    static int skipValue(byte[] bytes, int from, int to) {
        int at = from;
        while (at <= to - Long.BYTES) {
            long ends = controls((long) WORD.get(bytes, at));
            if (ends == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(ends) / Byte.SIZE;
            if (bytes[at] != HTAB) {
                return at;
            }
            at++;
        }
        return skip(VALUE, bytes, at, to);
    }

    /** Returns the first offset in [from, to) of that byte, or {@code to}. */
    public static int indexOf(byte octet, byte[] bytes, int from, int to) {
        long wanted = ONES * (octet & 0xFF);
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long differs = (long) WORD.get(bytes, at) ^ wanted;
            long equal = (differs - ONES) & ~differs & HIGH_BITS;
            if (equal != 0) {
                return at + Long.numberOfTrailingZeros(equal) / Byte.SIZE;
            }
        }
        while (at < to && bytes[at] != octet) {
            at++;
        }
        return at;
    }

    /** Returns the first offset in [from, to) of a space or tab in a header's value, which has no other control, or {@code to}. */
    public static int indexOfBlank(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long word = (long) WORD.get(bytes, at);
            long blanks = (word - AFTER_SPACES) & ~word & HIGH_BITS;
            if (blanks != 0) {
                return at + Long.numberOfTrailingZeros(blanks) / Byte.SIZE;
            }
        }
        while (at < to && !isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    /**
     * The highest bit of the first byte of a word that is below a space or is DEL; 0 if there is none. What is set
     * above the first means nothing. (H. S. Warren, Hacker's Delight, 6-1: searching for a byte by subtraction.)
     */
    private static long controls(long word) {
        long del = word ^ DELS;
        return (((word - SPACES) & ~word) | ((del - ONES) & ~del)) & HIGH_BITS;
    }

    static boolean isBlank(byte octet) {
        return octet == SP || octet == HTAB;
    }

    /** Returns the first offset in [from, to) whose byte is neither space nor tab, or {@code to}. */
    public static int skipBlanks(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    /** Returns where [from, to) ends without the blanks at its end. */
    public static int trimEnd(byte[] bytes, int from, int to) {
        int end = to;
        while (end > from && isBlank(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    /** A to Z as a to z, all else as it is. */
    static byte lower(byte octet) {
        return LOWER[octet & 0xFF];
    }

    /** Compares [from, to) with a word in lower case. */
    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, byte[] lowerCase) {
        return to - from == lowerCase.length && startsWithIgnoreCase(bytes, from, to, lowerCase);
    }

    /** Whether two ranges of that length are the same without regard to case. */
    public static boolean equalsIgnoreCase(byte[] bytes, int from, byte[] others, int othersFrom, int length) {
        for (int i = 0; i < length; i++) {
            if (lower(bytes[from + i]) != lower(others[othersFrom + i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code bytes[0, length)} is that word, in the same case. */
    static boolean isWord(byte[] bytes, int length, byte[] word) {
        if (length != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWithIgnoreCase(byte[] bytes, int from, int to, byte[] lowerCase) {
        if (to - from < lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            if (lower(bytes[from + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** As RGW sees names: {@code _} and {@code -} are the same. */
    static boolean startsWithFolded(byte[] bytes, int from, int to, byte[] lowerCase) {
        if (to - from < lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            byte octet = lower(bytes[from + i]);
            if ((octet == '_' ? '-' : octet) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int octet = 0; octet < 256; octet++) {
            boolean digit = octet >= '0' && octet <= '9';
            boolean letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
            boolean visible = (octet > 0x20 && octet < 0x7F) || octet >= 0x80;
            int of = 0;
            of |= digit || letter || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0 ? TOKEN : 0;
            of |= visible || octet == SP || octet == HTAB ? VALUE : 0;
            of |= visible && octet != '#' && octet != '?' ? PATH : 0;
            of |= visible && octet != '#' ? QUERY : 0;
            of |= digit || letter || octet == '-' || octet == '.' || octet == '_' ? HOST_NAME : 0;
            of |= digit || letter || octet == ':' || octet == '.' || octet == '%' ? HOST_ADDRESS : 0;
            of |= digit ? DIGIT : 0;
            classes[octet] = (byte) of;
        }
        return classes;
    }

    private static byte[] lower() {
        byte[] lower = new byte[256];
        for (int octet = 0; octet < 256; octet++) {
            lower[octet] = (byte) (octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet);
        }
        return lower;
    }
}

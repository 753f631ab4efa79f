package dev.sluice.proxy.s3.signature;

import dev.sluice.proxy.http1.OctetClasses;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Text that is being put together, one byte for each character. Its memory is used again for the next text; what a large
 * request needed is given up afterwards. Belongs to one thread.
 */
final class CanonicalText {
    private static final int INITIAL_BYTES = 2048;
    private static final int KEPT_BYTES_MAX = 64 * 1024;
    private static final int ESCAPE_BYTES = 3;
    private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    /** Two characters at once. */
    private static final VarHandle PAIR = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    /** By octet: its two digits in lower case, as {@link #PAIR} has them. */
    private static final short[] HEX = hexPairs();

    /** What is not encoded. */
    private static final boolean[] IN_PARAMETER = unreserved("-._~");

    private static final boolean[] IN_PATH = unreserved("-._~/");
    /** By octet: its value as a hexadecimal digit, or -1. */
    private static final byte[] DIGITS = digits();

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES_MAX) {
            bytes = new byte[INITIAL_BYTES];
        }
    }

    /** The text is {@code bytes()[0, length())}, until more is put. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void put(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
    }

    void put(byte[] from) {
        put(from, 0, from.length);
    }

    void put(byte[] from, int start, int end) {
        room(end - start);
        System.arraycopy(from, start, bytes, length, end - start);
        length += end - start;
    }

    /** Puts a hash in lower-case hexadecimal. */
    void putHex(byte[] hash) {
        room(2 * hash.length);
        for (byte octet : hash) {
            PAIR.set(bytes, length, HEX[octet & 0xFF]);
            length += 2;
        }
    }

    /** Whether {@code text[from, to)} is a hash as {@link #putHex} writes it. The time gives no hint where they differ. */
    static boolean isHex(byte[] hash, byte[] text, int from, int to) {
        if (to - from != 2 * hash.length) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < hash.length; i++) {
            difference |= HEX[hash[i] & 0xFF] ^ (short) PAIR.get(text, from + 2 * i);
        }
        return difference == 0;
    }

    /** Puts a header's value, which has no blank at its ends, with each run of blanks cut to its first. */
    void putValue(byte[] from, int start, int end) {
        int at = start;
        while (at < end) {
            int next = Math.min(OctetClasses.indexOfBlank(from, at, end) + 1, end);
            put(from, at, next);
            at = OctetClasses.skipBlanks(from, next, end);
        }
    }

    /** Puts a path, decoded and encoded again as {@code aws4_uri_recode} of RGW does: slashes and a {@code +} stay. */
    void putPath(byte[] from, int start, int end) {
        int before = length;
        recode(from, start, end, IN_PATH, '+');
        if (length == before) {
            put('/');
        }
    }

    /** Puts the name or value of a parameter, decoded and encoded again: a {@code +} is a space. */
    void putParameter(byte[] from, int start, int end) {
        recode(from, start, end, IN_PARAMETER, ' ');
    }

    /**
     * Puts the value of a parameter decoded.
     *
     * @return false if an escape is broken; nothing is put then
     */
    boolean putDecoded(byte[] from, int start, int end) {
        int before = length;
        room(end - start);
        int i = start;
        while (i < end) {
            byte octet = from[i];
            if (octet != '%') {
                bytes[length++] = octet == '+' ? (byte) ' ' : octet;
                i++;
                continue;
            }
            if (end - i < ESCAPE_BYTES) {
                break;
            }
            int decoded = decoded(from, i);
            if (decoded < 0) {
                length = before;
                return false;
            }
            bytes[length++] = (byte) decoded;
            i += ESCAPE_BYTES;
        }
        return true;
    }

    /** An escape that the end cuts off ends the text; a broken one leaves nothing of it. */
    private void recode(byte[] from, int start, int end, boolean[] kept, char plus) {
        int before = length;
        room(ESCAPE_BYTES * (end - start));
        int i = start;
        while (i < end) {
            int run = i;
            while (run < end && kept[from[run] & 0xFF]) {
                run++;
            }
            System.arraycopy(from, i, bytes, length, run - i);
            length += run - i;
            i = run;
            if (i == end) {
                return;
            }
            if (from[i] != '%') {
                putEncoded(from[i] == '+' ? plus : from[i] & 0xFF, kept);
                i++;
                continue;
            }
            if (end - i < ESCAPE_BYTES) {
                return;
            }
            int decoded = decoded(from, i);
            if (decoded < 0) {
                length = before;
                return;
            }
            putEncoded(decoded, kept);
            i += ESCAPE_BYTES;
        }
    }

    private void putEncoded(int octet, boolean[] kept) {
        if (kept[octet]) {
            bytes[length++] = (byte) octet;
        } else {
            bytes[length++] = '%';
            bytes[length++] = UPPER_HEX[octet >> 4];
            bytes[length++] = UPPER_HEX[octet & 0xF];
        }
    }

    private static int decoded(byte[] from, int percent) {
        // below 0 if one of them is
        return DIGITS[from[percent + 1] & 0xFF] << 4 | DIGITS[from[percent + 2] & 0xFF];
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    private static boolean[] unreserved(String marks) {
        boolean[] unreserved = new boolean[256];
        for (char c = 0; c < 0x80; c++) {
            unreserved[c] = Character.isLetterOrDigit(c) || marks.indexOf(c) >= 0;
        }
        return unreserved;
    }

    private static short[] hexPairs() {
        short[] pairs = new short[256];
        for (int octet = 0; octet < pairs.length; octet++) {
            byte[] two = HexFormat.of().toHexDigits((byte) octet).getBytes(StandardCharsets.US_ASCII);
            pairs[octet] = (short) PAIR.get(two, 0);
        }
        return pairs;
    }

    private static byte[] digits() {
        byte[] digits = new byte[256];
        for (int octet = 0; octet < digits.length; octet++) {
            digits[octet] = octet < 0x80 ? (byte) Character.digit(octet, 16) : -1;
        }
        return digits;
    }
}

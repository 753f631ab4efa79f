package dev.sluice.proxy.accesslog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds lines of UTF-8 in an array that is reused. Texts that come from the network have a character for each byte. They are
 * written so that they can't end a line, a string or a field, whatever they have.
 */
final class LineBuilder {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final int DELETE = 0x7F;

    private byte[] bytes = new byte[8 * 1024];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Appends text of this program, which is ASCII. */
    LineBuilder ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    LineBuilder ascii(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
        return this;
    }

    LineBuilder number(long number) {
        return ascii(Long.toString(number));
    }

    /** Appends a number with zeros before it. */
    LineBuilder digits(long number, int count) {
        reserve(count);
        long rest = number;
        for (int at = length + count - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
        return this;
    }

    /** Appends the inside of a JSON string: text of this program, such as the name of a user. */
    LineBuilder json(String text) {
        return isAscii(text)
                ? jsonBytes(text)
                : jsonBytes(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    /** Appends the inside of a JSON string: bytes of a client, of which those that are no UTF-8 count as ISO 8859-1. */
    LineBuilder jsonBytes(String octets) {
        boolean isRaw = isAscii(octets) || Utf8.isValid(octets);
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            reserve(6);
            if (c == '"' || c == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) c;
            } else if (c < ' ' || c == DELETE) {
                unicode(c);
            } else if (c < DELETE || isRaw) {
                bytes[length++] = (byte) c;
            } else {
                unicode(c);
            }
        }
        return this;
    }

    private void unicode(char c) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[c >> 4 & 15];
        bytes[length++] = HEX[c & 15];
    }

    /**
     * Appends a field of S3's format, {@code -} for an empty one. What could end the field, and all that isn't ASCII, becomes
     * {@code %xx}.
     *
     * @param isQuoted whether it stands between quotation marks, where it may have spaces
     */
    LineBuilder field(String octets, boolean isQuoted) {
        if (octets.isEmpty()) {
            return ascii('-');
        }
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            reserve(3);
            boolean isPlain = c > ' ' && c < DELETE && c != '"';
            if (isPlain || (c == ' ' && isQuoted)) {
                bytes[length++] = (byte) c;
            } else {
                bytes[length++] = '%';
                bytes[length++] = UPPER_HEX[c >> 4 & 15];
                bytes[length++] = UPPER_HEX[c & 15];
            }
        }
        return this;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > DELETE) {
                return false;
            }
        }
        return true;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}

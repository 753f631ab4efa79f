package dev.sluice.proxy.response;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds the text of a response in an array that is reused for the next one. Belongs to one event loop. */
final class ResponseText {
    private static final byte[] LESS = ascii("&lt;");
    private static final byte[] GREATER = ascii("&gt;");
    private static final byte[] AMPERSAND = ascii("&amp;");
    private static final byte[] QUOTE = ascii("&quot;");
    private static final byte[] APOSTROPHE = ascii("&apos;");

    private byte[] bytes = new byte[1024];
    private int length;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    ResponseText clear() {
        length = 0;
        return this;
    }

    int length() {
        return length;
    }

    ResponseText append(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        return this;
    }

    /** Appends text that is ASCII only. */
    ResponseText append(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    ResponseText append(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Appends a number that is not negative. */
    ResponseText append(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        reserve(digits);
        long rest = number;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Appends text with XML escapes. Characters that XML 1.0 does not allow become question marks. */
    ResponseText appendXml(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = text[i];
            switch (b) {
                case '<' -> append(LESS);
                case '>' -> append(GREATER);
                case '&' -> append(AMPERSAND);
                case '"' -> append(QUOTE);
                case '\'' -> append(APOSTROPHE);
                default -> append(b < 0x20 || b == 0x7F ? '?' : (char) b);
            }
        }
        return this;
    }

    void writeTo(ByteBuf out) {
        out.writeBytes(bytes, 0, length);
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}

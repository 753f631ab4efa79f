package dev.sluice.proxy.s3.uri;

import java.nio.charset.StandardCharsets;

/**
 * Decodes percent escapes as {@code url_decode} of RGW does: once, {@code +} only in a query. An escape that the end cuts
 * off ends the text. An escape without two hexadecimal digits makes the whole text empty: a path with one names no
 * bucket, and a parameter with one has no name. Bytes above 0x7F are UTF-8.
 */
public final class PercentDecoder {
    private static final int ESCAPE_CHARS = 3;

    private PercentDecoder() {}

    /** Decodes a path: {@code +} stays. */
    public static String path(String text) {
        return decode(text, '+');
    }

    /** Decodes a parameter of a query, its name and value together: {@code +} is a space. */
    public static String query(String text) {
        return decode(text, ' ');
    }

    private static String decode(String text, char plus) {
        if (isPlain(text, plus)) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (text.length() - i < ESCAPE_CHARS) {
                    break;
                }
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                if (high < 0 || low < 0) {
                    return "";
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '+' ? plus : c);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isPlain(String text, char plus) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c > 0x7F || (c == '+' && plus != '+')) {
                return false;
            }
        }
        return true;
    }
}

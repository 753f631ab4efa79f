package dev.sluice.proxy.s3.uri;

import java.nio.charset.StandardCharsets;

/**
 * Decodes percent escapes as {@code url_decode} of RGW does: once, {@code +} only in a query, and a broken escape ends
 * the text. Bytes above 0x7F are UTF-8.
 */
public final class PercentDecoder {
    private PercentDecoder() {}

    /** Decodes a part of a path: {@code +} stays. */
    public static String path(String text) {
        return decode(text, '+');
    }

    /** Decodes a name or value of a query: {@code +} is a space. */
    static String query(String text) {
        return decode(text, ' ');
    }

    private static String decode(String text, char plus) {
        if (text.indexOf('%') < 0 && (plus == '+' || text.indexOf('+') < 0) && isAscii(text)) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 1 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    break;
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '+' ? plus : c);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }
        return true;
    }
}

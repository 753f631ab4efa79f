package dev.sluice.proxy.s3.auth;

import java.nio.charset.StandardCharsets;

/**
 * The user that a Swift token of RGW names: {@code AUTH_rgwtk}, then in hexadecimal the length of the name in four bytes,
 * the lowest first, the name ({@code user:subuser}), and what proves it. As an access key, the name is a claim that only
 * RGW can check.
 */
public final class SwiftToken {
    private static final String PREFIX = "AUTH_rgwtk";
    private static final int LENGTH_DIGITS = 8;
    private static final int NAME_BYTES_MAX = 255;

    private SwiftToken() {}

    /**
     * The user that a token names.
     *
     * @return {@code uid} or {@code tenant$uid}; empty: it is no token of RGW, or names nobody
     */
    public static String userIn(String token) {
        int from = PREFIX.length();
        if (!token.startsWith(PREFIX) || token.length() < from + LENGTH_DIGITS) {
            return "";
        }
        long length = 0;
        for (int i = 0; i < LENGTH_DIGITS / 2; i++) {
            int octet = octetAt(token, from + 2 * i);
            if (octet < 0) {
                return "";
            }
            length |= (long) octet << (Byte.SIZE * i);
        }
        if (length == 0 || length > NAME_BYTES_MAX || token.length() - from - LENGTH_DIGITS < 2 * length) {
            return "";
        }
        byte[] name = new byte[(int) length];
        for (int i = 0; i < name.length; i++) {
            int octet = octetAt(token, from + LENGTH_DIGITS + 2 * i);
            if (octet < 0) {
                return "";
            }
            name[i] = (byte) octet;
        }
        return userOf(new String(name, StandardCharsets.UTF_8));
    }

    /** The user of a name such as {@code user:subuser}; empty if it can't be the name of a user. */
    public static String userOf(String name) {
        int colon = name.indexOf(':');
        String user = colon < 0 ? name : name.substring(0, colon);
        if (user.length() > NAME_BYTES_MAX) {
            return "";
        }
        for (int i = 0; i < user.length(); i++) {
            if (Character.isISOControl(user.charAt(i))) {
                return "";
            }
        }
        return user;
    }

    private static int octetAt(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}

package dev.sluice.common;

import java.util.Optional;

/** ZeroMQ's base-85 encoding (RFC 32) of keys: 32 bytes as 40 characters. */
public final class Z85 {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;
    /** Characters of an encoded key. */
    public static final int KEY_CHARS = 40;

    private static final String DIGITS =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    private static final int BASE = 85;
    private static final int GROUP_BYTES = 4;
    private static final int GROUP_CHARS = 5;
    private static final long GROUP_MAX = 0xffff_ffffL;

    private Z85() {}

    /** Encodes the {@value #KEY_BYTES} bytes of a key. */
    public static String encode(byte[] key) {
        char[] text = new char[KEY_CHARS];
        for (int group = 0; group < KEY_BYTES / GROUP_BYTES; group++) {
            long value = 0;
            for (int i = 0; i < GROUP_BYTES; i++) {
                value = (value << Byte.SIZE) | (key[group * GROUP_BYTES + i] & 0xff);
            }
            for (int i = GROUP_CHARS - 1; i >= 0; i--) {
                text[group * GROUP_CHARS + i] = DIGITS.charAt((int) (value % BASE));
                value /= BASE;
            }
        }
        return new String(text);
    }

    /** Decodes a key; empty if the text isn't one. */
    public static Optional<byte[]> decode(String text) {
        if (text.length() != KEY_CHARS) {
            return Optional.empty();
        }
        byte[] key = new byte[KEY_BYTES];
        for (int group = 0; group < KEY_BYTES / GROUP_BYTES; group++) {
            long value = 0;
            for (int i = 0; i < GROUP_CHARS; i++) {
                int digit = DIGITS.indexOf(text.charAt(group * GROUP_CHARS + i));
                if (digit < 0) {
                    return Optional.empty();
                }
                value = value * BASE + digit;
            }
            if (value > GROUP_MAX) {
                return Optional.empty();
            }
            for (int i = GROUP_BYTES - 1; i >= 0; i--) {
                key[group * GROUP_BYTES + i] = (byte) value;
                value >>= Byte.SIZE;
            }
        }
        return Optional.of(key);
    }
}

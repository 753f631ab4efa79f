package dev.sluice.policy.settings;

import dev.sluice.common.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The secret that opens the admin port. Never printed. */
public final class AdminToken {
    /** A shorter token is refused. */
    public static final int CHARS_MIN = 16;

    private final byte[] token;

    /**
     * Holds a token.
     *
     * @param token visible ASCII characters, at least {@link #CHARS_MIN}
     */
    public AdminToken(String token) {
        if (!isGood(token)) {
            throw new IllegalArgumentException("a token has at least " + CHARS_MIN + " visible ASCII characters");
        }
        this.token = token.getBytes(StandardCharsets.US_ASCII);
    }

    static boolean isGood(String token) {
        return token.length() >= CHARS_MIN && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Whether a caller has the token, compared in constant time. */
    public boolean matches(String offered) {
        return MessageDigest.isEqual(token, offered.getBytes(StandardCharsets.UTF_8));
    }

    /** 8 hex digits by which people tell tokens apart: the first of a hash, from which no token can be found. */
    public String fingerprint() {
        byte[] hash = new KeyedHash("sluice admin token".getBytes(StandardCharsets.UTF_8)).of(token);
        return HexFormat.of().formatHex(hash, 0, 4);
    }

    @Override
    public String toString() {
        return "<hidden>";
    }
}

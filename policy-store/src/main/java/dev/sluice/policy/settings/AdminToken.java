package dev.sluice.policy.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

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

    @Override
    public String toString() {
        return "<hidden>";
    }
}

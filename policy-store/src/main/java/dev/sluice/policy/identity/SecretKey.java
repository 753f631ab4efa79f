package dev.sluice.policy.identity;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The secret that signatures of one access key are made with. Kept in memory only, and never printed.
 *
 * <p>Thread-safe. A copy that is taken during {@link #wipe} may be partly zero. A signature checked with it doesn't match,
 * as with a secret that is no longer valid.
 */
public final class SecretKey {
    private final byte[] bytes;
    private volatile boolean isWiped;

    private SecretKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A secret of these characters, of which no other copy is left behind. */
    public static SecretKey of(CharSequence secret) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(secret));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        encoded.clear();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        return new SecretKey(bytes);
    }

    /** Bytes in UTF-8. */
    public int length() {
        return bytes.length;
    }

    /**
     * Copies the secret, as the key of an HMAC needs it.
     *
     * @param offset where the copy begins in {@code target}; {@link #length} bytes must fit behind it
     */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    /** Whether it is no longer valid, and what was derived from it should be wiped too. */
    public boolean isWiped() {
        return isWiped;
    }

    /** Overwrites the secret with zeros. */
    public void wipe() {
        isWiped = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /** Whether both are the same secret, compared in constant time. */
    public boolean matches(SecretKey other) {
        return MessageDigest.isEqual(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return "<hidden>";
    }
}

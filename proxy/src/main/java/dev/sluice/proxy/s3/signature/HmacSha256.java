package dev.sluice.proxy.s3.signature;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * SHA-256 and HMAC-SHA-256 (RFC 2104) without allocation: a key is kept as its two padded blocks. The JDK's {@code Mac}
 * allocates a kilobyte for each text. Belongs to one thread.
 */
final class HmacSha256 {
    /** Bytes of a hash. */
    static final int HASH_BYTES = 32;
    /** Bytes of a padded key: the inner block, then the outer. */
    static final int PADS_BYTES = 128;

    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5C;

    private final MessageDigest digest;

    HmacSha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Pads a key, {@code key[0, length)}. */
    void pad(byte[] key, int length, byte[] pads) {
        Arrays.fill(pads, (byte) 0);
        if (length > BLOCK_BYTES) {
            hash(key, 0, length, pads);
        } else {
            System.arraycopy(key, 0, pads, 0, length);
        }
        for (int i = 0; i < BLOCK_BYTES; i++) {
            byte octet = pads[i];
            pads[i] = (byte) (octet ^ INNER);
            pads[BLOCK_BYTES + i] = (byte) (octet ^ OUTER);
        }
    }

    /** Writes the hash of {@code text[from, to)} to the beginning of {@code hash}. */
    void hash(byte[] text, int from, int to, byte[] hash) {
        digest.update(text, from, to - from);
        finish(hash);
    }

    /** Writes the HMAC of {@code text[from, to)} to the beginning of {@code hash}. */
    void mac(byte[] pads, byte[] text, int from, int to, byte[] hash) {
        digest.update(pads, 0, BLOCK_BYTES);
        digest.update(text, from, to - from);
        finish(hash);
        digest.update(pads, BLOCK_BYTES, BLOCK_BYTES);
        digest.update(hash, 0, HASH_BYTES);
        finish(hash);
    }

    private void finish(byte[] hash) {
        try {
            digest.digest(hash, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("there is room for a hash", e);
        }
    }
}

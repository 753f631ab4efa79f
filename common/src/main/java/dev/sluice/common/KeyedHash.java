package dev.sluice.common;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC-SHA-256 (RFC 2104): without the key, no two texts with the same hash can be found. Made of the JDK's SHA-256
 * because the JDK's own {@code Mac} loads every security provider, which slows the start. Thread-safe.
 */
public final class KeyedHash {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5C;

    /** Both have digested the padded key. Only clones of them are used: a digest belongs to one thread. */
    private final MessageDigest inner;

    private final MessageDigest outer;

    /**
     * Makes a hash with a key.
     *
     * @param key of any length; RFC 2104 hashes a key of more than 64 bytes first
     */
    public KeyedHash(byte[] key) {
        byte[] block = key.length > BLOCK_BYTES ? sha256().digest(key) : key;
        inner = keyed(block, INNER);
        outer = keyed(block, OUTER);
    }

    /** The 32 bytes of a text's hash. */
    public byte[] of(byte[] text) {
        return of(text, new byte[0]);
    }

    /** The 32 bytes of the hash of two texts, one after the other. */
    public byte[] of(byte[] text, byte[] more) {
        try {
            MessageDigest first = (MessageDigest) inner.clone();
            first.update(text);
            first.update(more);
            return ((MessageDigest) outer.clone()).digest(first.digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    private static MessageDigest keyed(byte[] key, byte pad) {
        byte[] block = new byte[BLOCK_BYTES];
        for (int i = 0; i < BLOCK_BYTES; i++) {
            block[i] = (byte) (pad ^ (i < key.length ? key[i] : 0));
        }
        MessageDigest digest = sha256();
        digest.update(block);
        return digest;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

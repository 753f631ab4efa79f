package dev.sluice.common;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC-SHA-256 (RFC 2104) by the JDK's SHA-256: what nobody can find two texts for without the key. The JDK's own
 * {@code Mac} would have a start load every security provider there is. Thread-safe.
 */
public final class KeyedHash {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5C;

    /** Hold the key's first block each; never used themselves, only cloned: a digest belongs to one thread. */
    private final MessageDigest inner;

    private final MessageDigest outer;

    /** @param key what is longer than 64 bytes is hashed first */
    public KeyedHash(byte[] key) {
        byte[] block = key.length > BLOCK_BYTES ? sha256().digest(key) : key;
        inner = begun(block, INNER);
        outer = begun(block, OUTER);
    }

    /** 32 bytes. */
    public byte[] of(byte[] text) {
        return of(text, new byte[0]);
    }

    /** 32 bytes, of one text after another. */
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

    private static MessageDigest begun(byte[] key, byte pad) {
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
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

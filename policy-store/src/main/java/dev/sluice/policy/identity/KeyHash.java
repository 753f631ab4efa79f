package dev.sluice.policy.identity;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The first 128 bits of a keyed hash of an access key. It stands for the key where the key itself must not be kept. */
public record KeyHash(long high, long low) {
    static final int BYTES = 16;

    static KeyHash of(byte[] hash) {
        ByteBuffer bits = ByteBuffer.wrap(hash);
        return new KeyHash(bits.getLong(), bits.getLong());
    }

    /** 32 digits. */
    String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}

package dev.sluice.sync.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash that says which cluster a report belongs to. It keeps two clusters on one network from charging each
 * other by mistake.
 */
public final class ClusterName {
    private ClusterName() {}

    /** The first 64 bits of the name's SHA-256. It separates clusters; it is no protection against attackers. */
    public static long hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

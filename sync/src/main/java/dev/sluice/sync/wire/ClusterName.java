package dev.sluice.sync.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Which cluster a report belongs to, so that two clusters on one network do not charge each other by mistake. */
public final class ClusterName {
    private ClusterName() {}

    /** The first 64 bits of the name's SHA-256. It keeps clusters apart, it keeps nobody out. */
    public static long hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package dev.sluice.limits.model;

import dev.sluice.common.KeyedHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/**
 * Makes {@link SubjectId}s. The key comes from the cluster's name: all sidecars of a cluster agree on the ids, and those
 * of another cluster don't. Thread-safe.
 */
public final class SubjectIds {
    private final KeyedHash hash;

    /** The ids of a cluster of that name. */
    public SubjectIds(String cluster) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update("sluice subject id\0".getBytes(StandardCharsets.UTF_8));
            hash = new KeyedHash(sha.digest(cluster.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The id of a subject. */
    public SubjectId of(Scope scope, String name) {
        byte[] scoped = {(byte) scope.ordinal()};
        ByteBuffer bits = ByteBuffer.wrap(hash.of(scoped, name.getBytes(StandardCharsets.UTF_8)));
        return new SubjectId(bits.getLong(), bits.getLong());
    }
}

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
    private static final long NAMESPACE_MASK = -1L << Integer.SIZE;

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

    /**
     * The id of a subject. Quotas of one namespace begin with the same {@link #namespaceBits}, so
     * that a node which knows only the id of a quota finds its namespace.
     */
    public SubjectId of(Scope scope, String name) {
        SubjectId whole = hashed(scope, name);
        if (scope != Scope.QUOTA) {
            return whole;
        }
        SubjectId namespace = hashed(scope, QuotaName.namespacePart(name));
        return new SubjectId((namespace.high() & NAMESPACE_MASK) | (whole.high() & ~NAMESPACE_MASK), whole.low());
    }

    /** What all quotas of a namespace have in common. */
    public static int namespaceBits(SubjectId id) {
        return (int) (id.high() >>> Integer.SIZE);
    }

    private SubjectId hashed(Scope scope, String name) {
        byte[] scoped = {(byte) scope.ordinal()};
        ByteBuffer bits = ByteBuffer.wrap(hash.of(scoped, name.getBytes(StandardCharsets.UTF_8)));
        return new SubjectId(bits.getLong(), bits.getLong());
    }
}

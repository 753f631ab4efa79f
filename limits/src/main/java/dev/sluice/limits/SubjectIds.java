package dev.sluice.limits;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes {@link SubjectId}s. The key comes from the cluster's name: all sidecars of a cluster agree on the ids, and those
 * of another cluster don't. Thread-safe.
 */
public final class SubjectIds {
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    public SubjectIds(String cluster) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update("sluice subject id\0".getBytes(StandardCharsets.UTF_8));
            key = new SecretKeySpec(sha.digest(cluster.getBytes(StandardCharsets.UTF_8)), ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    public SubjectId of(Scope scope, String name) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((byte) scope.ordinal());
            ByteBuffer hash = ByteBuffer.wrap(mac.doFinal(name.getBytes(StandardCharsets.UTF_8)));
            return new SubjectId(hash.getLong(), hash.getLong());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }
}

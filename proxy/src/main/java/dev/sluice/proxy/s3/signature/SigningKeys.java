package dev.sluice.proxy.s3.signature;

import dev.sluice.policy.identity.SecretKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that signatures are made with: of a secret, a day, a region and a service. To make one takes five hashes of
 * two texts each, so they are kept in a table of fixed size, where a new one takes the place of an old one. A secret that
 * was replaced is another object and has other keys. Those of a secret that was wiped are overwritten by the next {@link
 * #sweep}. Belongs to one thread.
 */
final class SigningKeys {
    private static final int SLOTS = 1024;
    private static final int SECRET_BYTES_MAX = 256;
    private static final byte[] PREFIX = "AWS4".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TERMINATOR = "aws4_request".getBytes(StandardCharsets.US_ASCII);

    private final HmacSha256 hmac;
    private final @Nullable SigningKey[] table = new SigningKey[SLOTS];
    private final byte[] work = new byte[PREFIX.length + SECRET_BYTES_MAX];
    private final byte[] hash = new byte[HmacSha256.HASH_BYTES];

    /** One of the table: a client signs its requests of a day with one key. */
    private SigningKey last = new SigningKey();

    /** A key, padded for its use. */
    private static final class SigningKey {
        private @Nullable SecretKey secret;
        private byte[] scope = new byte[0];
        private final byte[] pads = new byte[HmacSha256.PADS_BYTES];

        boolean isFor(SecretKey wanted, byte[] bytes, int from, int to) {
            return secret == wanted && Arrays.equals(scope, 0, scope.length, bytes, from, to);
        }

        boolean isOfWiped() {
            return secret != null && secret.isWiped();
        }

        void wipe() {
            Arrays.fill(pads, (byte) 0);
            secret = null;
        }
    }

    SigningKeys(HmacSha256 hmac) {
        this.hmac = hmac;
    }

    /**
     * The padded key of a secret and {@code scope[from, to)}: {@code day/region/service}. Valid until the next call. Null:
     * the secret is longer than any that RGW makes.
     */
    byte @Nullable [] of(SecretKey secret, byte[] scope, int from, int to) {
        if (secret.length() > SECRET_BYTES_MAX) {
            return null;
        }
        if (last.isFor(secret, scope, from, to)) {
            return last.pads;
        }
        int slot = slot(secret, scope, from, to);
        SigningKey key = table[slot];
        if (key == null) {
            key = new SigningKey();
            table[slot] = key;
        }
        if (!key.isFor(secret, scope, from, to)) {
            derive(secret, scope, from, to, key.pads);
            key.secret = secret;
            key.scope = Arrays.copyOfRange(scope, from, to);
        }
        last = key;
        return key.pads;
    }

    private static int slot(SecretKey secret, byte[] scope, int from, int to) {
        int code = System.identityHashCode(secret);
        for (int i = from; i < to; i++) {
            code = 31 * code + scope[i];
        }
        return (code ^ code >>> 15) & SLOTS - 1;
    }

    private void derive(SecretKey secret, byte[] scope, int from, int to, byte[] pads) {
        System.arraycopy(PREFIX, 0, work, 0, PREFIX.length);
        secret.copyTo(work, PREFIX.length);
        hmac.pad(work, PREFIX.length + secret.length(), pads);
        Arrays.fill(work, (byte) 0);
        int part = from;
        while (part <= to) {
            int end = part;
            while (end < to && scope[end] != '/') {
                end++;
            }
            next(pads, scope, part, end);
            part = end + 1;
        }
        next(pads, TERMINATOR, 0, TERMINATOR.length);
        Arrays.fill(hash, (byte) 0);
    }

    private void next(byte[] pads, byte[] text, int from, int to) {
        hmac.mac(pads, text, from, to, hash);
        hmac.pad(hash, hash.length, pads);
    }

    /** Overwrites all keys with zeros. */
    void wipe() {
        for (SigningKey key : table) {
            if (key != null) {
                key.wipe();
            }
        }
    }

    /** Overwrites the keys of secrets that were wiped. */
    void sweep() {
        for (SigningKey key : table) {
            if (key != null && key.isOfWiped()) {
                key.wipe();
            }
        }
    }

    /** How many keys there are. */
    int size() {
        int size = 0;
        for (SigningKey key : table) {
            size += key != null && key.secret != null ? 1 : 0;
        }
        return size;
    }
}

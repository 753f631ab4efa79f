package dev.sluice.sync.trust;

import dev.sluice.common.KeyedHash;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Whether two links really bring the reports of one node. A node that is listed by two addresses is received twice, byte for
 * byte. A peer that uses the incarnation of another one is not it: its reports differ, or come late.
 *
 * <p>Remembers the last reports of both links by a hash whose key no peer knows. Owned by the thread that receives.
 */
public final class CopyCheck {
    /** So long the same report may take longer by the one way than by the other. */
    static final long APART_NANOS_MAX = 500_000_000L;

    private static final int REPORTS = 64;
    private static final KeyedHash HASH = new KeyedHash(randomKey());

    private final long[] sequences = new long[REPORTS];
    private final long[] hashes = new long[REPORTS];
    private final long[] nanos = new long[REPORTS];
    private final @Nullable Copy[] copies = new Copy[REPORTS];
    private int next;

    /** A link whose reports seem to be copies of another's. */
    public static final class Copy {
        private long matchedNanos;

        /** Makes a copy that counts as matched now. */
        public Copy(long nowNanos) {
            matchedNanos = nowNanos;
        }

        /** Since when no report of the copy was one of the original. */
        public long matchedNanos() {
            return matchedNanos;
        }
    }

    private static byte[] randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** A report of the original was received. */
    public void original(long sequence, byte[] message, long nowNanos) {
        see(sequence, hash(message), null, nowNanos);
    }

    /** A report of a copy was received. */
    public void copy(Copy by, long sequence, byte[] message, long nowNanos) {
        see(sequence, hash(message), by, nowNanos);
    }

    private void see(long sequence, long hash, @Nullable Copy by, long nowNanos) {
        for (int i = 0; i < REPORTS; i++) {
            if (sequences[i] == sequence && hashes[i] == hash && nowNanos - nanos[i] <= APART_NANOS_MAX) {
                Copy before = copies[i];
                Copy matched = by != null ? by : before;
                if (matched != null && (by == null || before == null)) {
                    matched.matchedNanos = nowNanos;
                }
            }
        }
        sequences[next] = sequence;
        hashes[next] = hash;
        nanos[next] = nowNanos;
        copies[next] = by;
        next = (next + 1) % REPORTS;
    }

    private static long hash(byte[] message) {
        return ByteBuffer.wrap(HASH.of(message)).getLong();
    }
}

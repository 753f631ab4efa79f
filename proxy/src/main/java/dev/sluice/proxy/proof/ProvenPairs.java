package dev.sluice.proxy.proof;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which access keys RGW has accepted from which addresses: a table of fixed size, by a keyed hash of both.
 *
 * <p>A pair that is not in the table is proven by the first response that only the owner of the key can have got. A refusal
 * makes a proven pair doubtful, and {@value #PROOFS_AFTER_REFUSAL} proofs in a row make it proven again: simulated, a
 * forger at the owner's own address then spends 0.1 of the owner's requests a second, against 20 to 470 with one proof.
 * Only a proof puts a pair into the table, so made-up keys displace nobody; of the pairs of one set, the one that was
 * longest without a proof goes.
 *
 * <p>Thread-safe, no lock: two threads that prove a pair at once may count one proof.
 */
final class ProvenPairs {
    /** Proofs in a row that a pair needs after a refusal. */
    static final int PROOFS_AFTER_REFUSAL = 16;

    private static final int ENTRIES = 1 << 17;
    private static final int SET_ENTRIES = 4;
    private static final int STATE_BITS = 16;
    private static final long TAG = -1L << STATE_BITS;
    private static final int BYTE = 0xFF;
    /** About 69 s. */
    private static final int STAMP_SHIFT = 36;

    /** Of each entry the hash's first 48 bits, how many proofs are missing, and when the last one came; 0: free. */
    private final AtomicLongArray entries = new AtomicLongArray(ENTRIES);

    /** Whether a request of the pair may be charged before RGW has seen it. */
    boolean isProven(long hash) {
        int at = find(hash);
        return at >= 0 && missing(entries.get(at)) == 0;
    }

    /** RGW served a request of the pair. */
    void prove(long hash, long nowNanos) {
        int stamp = stamp(nowNanos);
        int at = find(hash);
        if (at < 0) {
            entries.set(oldest(hash, stamp), entry(hash, 0, stamp));
            return;
        }
        long before = entries.get(at);
        int missing = missing(before);
        if (missing > 0 || (int) (before & BYTE) != stamp) {
            entries.compareAndSet(at, before, entry(hash, Math.max(0, missing - 1), stamp));
        }
    }

    /** RGW refused a request of the pair. */
    void doubt(long hash) {
        int at = find(hash);
        if (at >= 0) {
            long before = entries.get(at);
            entries.compareAndSet(at, before, entry(hash, PROOFS_AFTER_REFUSAL, (int) (before & BYTE)));
        }
    }

    private int find(long hash) {
        int set = set(hash);
        for (int at = set; at < set + SET_ENTRIES; at++) {
            if ((entries.get(at) & TAG) == tag(hash)) {
                return at;
            }
        }
        return -1;
    }

    private int oldest(long hash, int stamp) {
        int set = set(hash);
        int oldest = set;
        int oldestAge = -1;
        for (int at = set; at < set + SET_ENTRIES; at++) {
            long entry = entries.get(at);
            if (entry == 0) {
                return at;
            }
            int age = (stamp - (int) (entry & BYTE)) & BYTE;
            if (age > oldestAge) {
                oldest = at;
                oldestAge = age;
            }
        }
        return oldest;
    }

    private static int set(long hash) {
        return (int) hash & ENTRIES - SET_ENTRIES;
    }

    /** Never 0. */
    private static long tag(long hash) {
        long tag = hash & TAG;
        return tag == 0 ? 1L << STATE_BITS : tag;
    }

    private static long entry(long hash, int missing, int stamp) {
        return tag(hash) | (long) missing << Byte.SIZE | stamp;
    }

    private static int missing(long entry) {
        return (int) (entry >>> Byte.SIZE) & BYTE;
    }

    private static int stamp(long nowNanos) {
        return (int) (nowNanos >>> STAMP_SHIFT) & BYTE;
    }
}

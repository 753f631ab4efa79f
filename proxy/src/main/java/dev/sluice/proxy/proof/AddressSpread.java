package dev.sluice.proxy.proof;

import dev.sluice.common.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whether all clients seem to have one address, as they do behind a balancer that no setting names: then an access key that
 * one of them has proven counts as proven for all. Thread-safe; a race between the first clients may delay the answer.
 */
public final class AddressSpread {
    /** So many access keys from one address are more than most clients have. */
    private static final int KEYS_MIN = 4;

    private volatile @Nullable IpAddress first;
    private volatile boolean isSpread;
    /** A bit for each key, by its hash. */
    private volatile long keys;

    void see(IpAddress address, long keyHash) {
        if (isSpread) {
            return;
        }
        IpAddress seen = first;
        if (seen == null) {
            first = address;
        } else if (!seen.equals(address)) {
            isSpread = true;
        }
        long bit = 1L << (keyHash >>> 58);
        if ((keys & bit) == 0) {
            keys |= bit;
        }
    }

    /** The address that all clients have, if they are several; null: there are others, or too few to tell. */
    public @Nullable IpAddress only() {
        return isSpread || Long.bitCount(keys) < KEYS_MIN ? null : first;
    }
}

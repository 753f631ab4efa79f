package dev.sluice.sync.peers;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/**
 * The last reported counts of one subject of one peer. There are as many as subjects times peers, so it holds only
 * the dimensions that the peer reported. The first one is in the object itself, because most subjects have no
 * other. Owned by the {@link PeerUsage}.
 */
final class ReceivedSubject extends ReceivedCount {
    final SubjectId id;
    /** A copy of the id's halves, because the id lies elsewhere in memory. */
    private final long high;

    private final long low;
    final Scope scope;

    long born;
    long receivedNanos;
    private int dimensions;
    /** What it takes of the memory for all peers. */
    int bytes;
    /** Whether it takes them of the memory for subjects that have an account here. */
    boolean isOfAccount;

    ReceivedSubject(SubjectId id, Scope scope, long born) {
        this.id = id;
        this.high = id.high();
        this.low = id.low();
        this.scope = scope;
        this.born = born;
    }

    boolean isOf(long ofHigh, long ofLow) {
        return low == ofLow && high == ofHigh;
    }

    /** The reported dimensions, one bit for each ordinal. */
    int dimensions() {
        return dimensions;
    }

    /** The count of that dimension, added with 0 if it is new. */
    ReceivedCount part(int ordinal) {
        if ((dimensions & 1 << ordinal) != 0) {
            return find(ordinal);
        }
        ReceivedCount part = dimensions == 0 ? this : append();
        part.ordinal = ordinal;
        dimensions |= 1 << ordinal;
        return part;
    }
}

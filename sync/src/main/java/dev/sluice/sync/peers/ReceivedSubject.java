package dev.sluice.sync.peers;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;

/**
 * What was last heard from one peer of one subject. There are as many as subjects times peers, so it holds those dimensions only
 * that the peer told of; the first of them itself, for most have no other. Owned by the {@link PeerUsage}.
 */
final class ReceivedSubject extends ReceivedCount {
    final SubjectId id;
    /** As in the id, which lies elsewhere in memory. */
    private final long high;

    private final long low;
    final Scope scope;

    long born;
    long receivedNanos;
    private int dimensions;

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

    /** Which were told of so far, a bit for each ordinal. */
    int dimensions() {
        return dimensions;
    }

    /** What was heard of that dimension; all 0 where nothing was. */
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

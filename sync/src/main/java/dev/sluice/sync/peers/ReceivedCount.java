package dev.sluice.sync.peers;

import dev.sluice.limits.sharing.RemoteUsageSink;
import org.jspecify.annotations.Nullable;

/** The last reported count and demand of one dimension of one subject of one peer. Owned by the {@link PeerUsage}. */
class ReceivedCount {
    int ordinal;
    long count;
    double demand;
    /** Where to charge it; null until the registry has an account for it. */
    @Nullable
    RemoteUsageSink sink;

    private @Nullable ReceivedCount next;

    /** The count of that ordinal, which must exist, from this one on. */
    final ReceivedCount find(int ofOrdinal) {
        ReceivedCount part = this;
        while (part.ordinal != ofOrdinal && part.next != null) {
            part = part.next;
        }
        return part;
    }

    /** Adds a count at the end of the list. */
    final ReceivedCount append() {
        ReceivedCount last = this;
        while (last.next != null) {
            last = last.next;
        }
        last.next = new ReceivedCount();
        return last.next;
    }

    /** As {@link RemoteUsageSink#fetch}. */
    final long prefetchSink() {
        RemoteUsageSink current = sink;
        return current == null ? 0 : current.prefetch();
    }
}

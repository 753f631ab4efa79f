package dev.sluice.sync.peers;

import dev.sluice.limits.sharing.RemoteUsageSink;
import org.jspecify.annotations.Nullable;

/** What was last heard from one peer of one dimension of one subject. Owned by the {@link PeerUsage}. */
class ReceivedCount {
    int ordinal;
    long count;
    double demand;
    /** As the current holds it; null: it doesn't, as far as is known. */
    @Nullable RemoteUsageSink sink;

    private @Nullable ReceivedCount next;

    /** The part of that ordinal, which is there, from this one on. */
    final ReceivedCount find(int ofOrdinal) {
        ReceivedCount part = this;
        while (part.ordinal != ofOrdinal && part.next != null) {
            part = part.next;
        }
        return part;
    }

    /** Another one behind all. */
    final ReceivedCount append() {
        ReceivedCount last = this;
        while (last.next != null) {
            last = last.next;
        }
        last.next = new ReceivedCount();
        return last.next;
    }

    /** As {@link RemoteUsageSink#fetch}. */
    final long fetchSink() {
        RemoteUsageSink current = sink;
        return current == null ? 0 : current.prefetch();
    }
}

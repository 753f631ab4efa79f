package dev.sluice.sync.peers;

import dev.sluice.limits.admission.UsageRegistry;
import org.jspecify.annotations.Nullable;

/** What was last heard from one peer of one dimension of one subject. Owned by the {@link PeerUsage}. */
class ReceivedCount {
    int ordinal;
    long count;
    double demand;
    /** As the book holds it; null: it doesn't, as far as is known. */
    UsageRegistry.@Nullable Held held;

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

    /** As {@link UsageRegistry.Held#fetch}, of what it is held by. */
    final long fetchHeld() {
        UsageRegistry.Held book = held;
        return book == null ? 0 : book.fetch();
    }
}

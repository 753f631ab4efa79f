package dev.sluice.sync;

import dev.sluice.limits.UsageBook;
import org.jspecify.annotations.Nullable;

/** What was last heard from one peer of one dimension of one subject. Owned by the {@link PeerLedger}. */
class HeardPart {
    int ordinal;
    long count;
    double demand;
    /** As the book holds it; null: it doesn't, as far as is known. */
    UsageBook.@Nullable Held held;

    private @Nullable HeardPart next;

    /** The part of that ordinal, which is there, from this one on. */
    final HeardPart find(int ofOrdinal) {
        HeardPart part = this;
        while (part.ordinal != ofOrdinal && part.next != null) {
            part = part.next;
        }
        return part;
    }

    /** Another one behind all. */
    final HeardPart append() {
        HeardPart last = this;
        while (last.next != null) {
            last = last.next;
        }
        last.next = new HeardPart();
        return last.next;
    }

    /** As {@link UsageBook.Held#fetch}, of what it is held by. */
    final long fetchHeld() {
        UsageBook.Held book = held;
        return book == null ? 0 : book.fetch();
    }
}

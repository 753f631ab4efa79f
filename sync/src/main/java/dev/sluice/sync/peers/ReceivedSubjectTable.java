package dev.sluice.sync.peers;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds a subject by the two halves of its id, without an object as the key. Open addressing with linear probing,
 * at most half full. Owned by the {@link PeerUsage}.
 */
final class ReceivedSubjectTable {
    private static final int SLOTS_MIN = 16;
    /** Ids are random, except those of a peer that attacks the table with collisions. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private final long salt;
    private @Nullable ReceivedSubject[] slots = new ReceivedSubject[SLOTS_MIN];
    private int size;

    /**
     * Creates an empty table.
     *
     * @param salt unknown to peers, so that they can't make ids collide
     */
    ReceivedSubjectTable(long salt) {
        this.salt = salt;
    }

    int size() {
        return size;
    }

    @Nullable
    ReceivedSubject get(long high, long low) {
        int mask = slots.length - 1;
        for (int i = slot(high, low); ; i = i + 1 & mask) {
            ReceivedSubject subject = slots[i];
            if (subject == null || subject.isOf(high, low)) {
                return subject;
            }
        }
    }

    /** Adds a subject that is not in the table. */
    void add(ReceivedSubject subject) {
        if (2 * (size + 1) > slots.length) {
            refill(2 * slots.length, kept -> true);
        }
        put(subject);
        size++;
    }

    void forEach(Consumer<ReceivedSubject> action) {
        for (ReceivedSubject subject : slots) {
            if (subject != null) {
                action.accept(subject);
            }
        }
    }

    void removeIf(Predicate<ReceivedSubject> isOver) {
        refill(slots.length, subject -> !isOver.test(subject));
    }

    void clear() {
        slots = new ReceivedSubject[SLOTS_MIN];
        size = 0;
    }

    private void refill(int length, Predicate<ReceivedSubject> isKept) {
        @Nullable ReceivedSubject[] before = slots;
        slots = new ReceivedSubject[length];
        size = 0;
        for (ReceivedSubject subject : before) {
            if (subject != null && isKept.test(subject)) {
                put(subject);
                size++;
            }
        }
    }

    private void put(ReceivedSubject subject) {
        int mask = slots.length - 1;
        int i = slot(subject.id.high(), subject.id.low());
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = subject;
    }

    private int slot(long high, long low) {
        long mixed = (high ^ salt) * SPREAD + low;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed ^ mixed >>> 31) & slots.length - 1;
    }
}

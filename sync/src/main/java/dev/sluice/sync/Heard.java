package dev.sluice.sync;

import dev.sluice.limits.Scope;
import dev.sluice.limits.SubjectId;
import dev.sluice.limits.UsageBook;
import org.jspecify.annotations.Nullable;

/**
 * What was last heard from one peer of one subject. There are as many as subjects times peers, so it holds those dimensions only
 * that the peer told of. Owned by the {@link PeerLedger}.
 */
final class Heard {
    final SubjectId id;
    /** As in the id, which lies elsewhere in memory. */
    private final long high;

    private final long low;
    final Scope scope;
    /** As the book holds it; null: it doesn't, as far as is known. */
    UsageBook.@Nullable Held held;

    long born;
    long heardNanos;
    private int dimensions;
    /** Of each dimension that has a bit, lowest first: the count, and the bits of the demand. */
    private long[] values = {};

    Heard(SubjectId id, Scope scope, long born) {
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

    long count(int ordinal) {
        return has(ordinal) ? values[index(ordinal)] : 0;
    }

    double demand(int ordinal) {
        return has(ordinal) ? Double.longBitsToDouble(values[index(ordinal) + 1]) : 0;
    }

    void count(int ordinal, long count) {
        makeRoom(ordinal);
        values[index(ordinal)] = count;
    }

    void demand(int ordinal, double demand) {
        makeRoom(ordinal);
        values[index(ordinal) + 1] = Double.doubleToRawLongBits(demand);
    }

    /** As {@link UsageBook.Held#fetch}, of this too. */
    long fetch() {
        UsageBook.Held book = held;
        return (book == null ? 0 : book.fetch()) + (values.length == 0 ? 0 : values[0]);
    }

    private boolean has(int ordinal) {
        return (dimensions & 1 << ordinal) != 0;
    }

    private int index(int ordinal) {
        return 2 * Integer.bitCount(dimensions & (1 << ordinal) - 1);
    }

    private void makeRoom(int ordinal) {
        if (!has(ordinal)) {
            int at = index(ordinal);
            long[] more = new long[values.length + 2];
            System.arraycopy(values, 0, more, 0, at);
            System.arraycopy(values, at, more, at + 2, values.length - at);
            values = more;
            dimensions |= 1 << ordinal;
        }
    }
}

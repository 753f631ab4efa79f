package dev.sluice.sync.wire;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.pacing.DemandRate;

/**
 * Reads the entries of one report one after the other, without an object for each: in a large cluster a node reads
 * more than a million entries a second. {@link #check} has validated all entries before the first is read. Owned by
 * one thread.
 */
public final class UsageEntryReader {
    static final int SCOPE_MASK = 0x1f;
    static final int HAS_AGE = 0x80;
    static final int HAS_DEMANDS = 0x40;

    private final WireReader in;
    private final int begin;
    private final long sequence;
    private final long entries;
    private final long[] counts = new long[Dimension.count()];
    private final double[] demands = new double[Dimension.count()];
    private int end;
    private long left;
    private long high;
    private long low;
    private int scope;
    private long born;
    private int dimensions;

    /**
     * Creates a reader of the entries of one report.
     *
     * @param in positioned at the first of {@code entries} entries of the report with that sequence
     */
    UsageEntryReader(WireReader in, long sequence, long entries) {
        this.in = in;
        this.begin = in.position();
        this.sequence = sequence;
        this.entries = entries;
    }

    /** Reads all entries once, and goes back to the first. */
    void check() throws MalformedReportException {
        for (long i = 0; i < entries; i++) {
            read();
        }
        end = in.position();
        in.rewindTo(begin);
        left = entries;
    }

    /** Where the entries end, and what follows them begins. */
    public int end() {
        return end;
    }

    /** How many entries are left, including those of unknown scopes. */
    public long left() {
        return left;
    }

    public int position() {
        return in.position();
    }

    /** Goes back to an earlier entry. */
    public void rewindTo(int position, long entriesLeft) {
        in.rewindTo(position);
        left = entriesLeft;
    }

    /** Goes to the next entry and skips those of unknown scopes; false: there is none. */
    public boolean next() {
        try {
            while (left > 0) {
                left--;
                read();
                if (scope < Scope.count()) {
                    return true;
                }
            }
            return false;
        } catch (MalformedReportException e) {
            throw new IllegalStateException("entries that were not checked", e);
        }
    }

    private void read() throws MalformedReportException {
        high = in.i64();
        low = in.i64();
        int head = in.u8();
        scope = head & SCOPE_MASK;
        long bitmap = in.varint();
        long age = (head & HAS_AGE) == 0 ? sequence : in.varint();
        if (age >= sequence && (head & HAS_AGE) != 0) {
            throw new MalformedReportException("an entry born out of range");
        }
        born = sequence - age;
        dimensions = (int) bitmap & (1 << counts.length) - 1;
        for (long rest = bitmap; rest != 0; rest &= rest - 1) {
            long value = in.varint();
            int ordinal = Long.numberOfTrailingZeros(rest);
            if (ordinal < counts.length) {
                counts[ordinal] = value;
                demands[ordinal] = 0;
            }
        }
        for (long rest = (head & HAS_DEMANDS) == 0 ? 0 : bitmap; rest != 0; rest &= rest - 1) {
            int code = in.u16();
            int ordinal = Long.numberOfTrailingZeros(rest);
            if (ordinal < demands.length) {
                demands[ordinal] = DemandRate.decode(code);
            }
        }
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public Scope scope() {
        return Scope.at(scope);
    }

    /** As {@link UsageEntry#born}. */
    public long born() {
        return born;
    }

    /** The dimensions that have a count, one bit for each ordinal. The count of the others is 0. */
    public int dimensions() {
        return dimensions;
    }

    public long count(int ordinal) {
        return (dimensions & 1 << ordinal) == 0 ? 0 : counts[ordinal];
    }

    public double demand(int ordinal) {
        return (dimensions & 1 << ordinal) == 0 ? 0 : demands[ordinal];
    }
}

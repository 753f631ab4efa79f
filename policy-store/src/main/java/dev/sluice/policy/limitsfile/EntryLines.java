package dev.sluice.policy.limitsfile;

import dev.sluice.limits.model.Dimension;
import dev.sluice.policy.hocon.ConfigSection;
import java.util.Arrays;

/**
 * The lines on which the entries of one map are written: a number for each entry, and where an entry has limits on several
 * lines, eight bytes more for each, which hold how far below the entry each limit stands. Belongs to one thread until it is
 * trimmed, and does not change afterwards.
 */
final class EntryLines {
    /** About what an entry takes. */
    static final int ENTRY_BYTES = Integer.BYTES + Long.BYTES;

    private static final int OFFSET_BITS = 8;
    /** A limit stands so far from its entry's own line at most; of others the entry's line is known only. */
    private static final int OFFSET_MAX = 127;

    private int[] lines = new int[0];
    /** By entry: a signed byte for each dimension. Empty: all limits stand on the lines of their entries. */
    private long[] offsets = new long[0];

    /** Records where an entry and its limits are. Of an entry that comes twice, the later one counts. */
    void record(int number, ConfigSection entry) {
        int line = entry.line();
        if (number >= lines.length) {
            lines = Arrays.copyOf(lines, Math.max(4, number + (number >> 1) + 1));
        }
        lines[number] = line;
        long packed = 0;
        for (int i = 0; i < Dimension.count(); i++) {
            int offset = entry.line(Dimension.at(i).key()) - line;
            if (Math.abs(offset) <= OFFSET_MAX) {
                packed |= (offset & 0xffL) << (i * OFFSET_BITS);
            }
        }
        boolean areNeeded = packed != 0 || offsets.length > 0;
        if (areNeeded && number >= offsets.length) {
            offsets = Arrays.copyOf(offsets, lines.length);
        }
        if (offsets.length > 0) {
            offsets[number] = packed;
        }
    }

    /** Gives back what was allocated for entries to come. */
    void trim(int size) {
        lines = Arrays.copyOf(lines, size);
        if (offsets.length > 0) {
            offsets = Arrays.copyOf(offsets, size);
        }
    }

    /** The line of a limit of an entry. */
    int line(int number, Dimension dimension) {
        if (number < 0 || number >= lines.length) {
            return 0;
        }
        int offset = offsets.length == 0 ? 0 : (byte) (offsets[number] >> (dimension.ordinal() * OFFSET_BITS));
        return lines[number] + offset;
    }
}

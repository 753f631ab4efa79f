package dev.sluice.proxy.app.heap;

import java.util.function.LongSupplier;

/**
 * A table of this process that has a bound and can take a large part of the heap.
 *
 * @param name for people, such as {@code accounts}; also the label of its metric
 * @param entries how many it holds; any thread may ask, and the answer allocates next to nothing
 * @param entryBytes about how much heap one takes
 */
public record HeapTable(String name, LongSupplier entries, int entryBytes) {
    public HeapTable {
        if (entryBytes < 1) {
            throw new IllegalArgumentException("an entry takes at least a byte");
        }
    }

    /** About how much heap it takes now. */
    long bytes() {
        return entries.getAsLong() * entryBytes;
    }
}

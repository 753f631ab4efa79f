package dev.sluice.limits.meter;

/**
 * A count and the number of the time slot that it belongs to, in one long, so that "is this still the current slot,
 * and add to it" is one compare-and-set. 46 bits of count, 18 of slot number; a subject is forgotten long before the
 * slot numbers wrap.
 */
final class SlotCount {
    private static final int COUNT_BITS = 46;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
    private static final long TAG_MASK = (1L << (64 - COUNT_BITS)) - 1;

    private SlotCount() {}

    /** The count if {@code packed} belongs to {@code slot}, else 0: what an old slot held is over. */
    static long countIn(long packed, long slot) {
        return packed >>> COUNT_BITS == (slot & TAG_MASK) ? packed & COUNT_MASK : 0;
    }

    /** The sum of a count and an amount, clamped to what fits. */
    static long plus(long count, long amount) {
        return count + Math.min(amount, COUNT_MASK - count);
    }

    /** Packs a count, clamped to what fits. */
    static long pack(long slot, long count) {
        return (slot & TAG_MASK) << COUNT_BITS | Math.max(0, Math.min(count, COUNT_MASK));
    }
}

package dev.sluice.sync.peers;

import java.util.Collections;
import java.util.List;

/**
 * How long it took from the admission of operations on other nodes until they were charged here, since the start.
 * Immutable.
 *
 * @param counts operations for each of {@link #boundsNanos} that took at most so long and longer than the bound
 *     before; the last count is for those above all bounds
 * @param sumNanos the sum over all operations
 * @param unknown charged operations with an unknown delay
 */
public record ChargeDelays(List<Long> counts, double sumNanos, long unknown) {
    private static final List<Long> BOUNDS_MILLIS = List.of(
            1L, 2L, 5L, 10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L, 110L, 125L, 150L, 200L, 300L, 500L, 1_000L,
            2_000L, 5_000L, 10_000L);

    private static final List<Long> BOUNDS_NANOS =
            BOUNDS_MILLIS.stream().map(millis -> millis * 1_000_000).toList();

    public static final ChargeDelays NONE = new ChargeDelays(Collections.nCopies(BOUNDS_MILLIS.size() + 1, 0L), 0, 0);

    public ChargeDelays {
        counts = List.copyOf(counts);
    }

    /** The bounds, ascending. */
    public static List<Long> boundsNanos() {
        return BOUNDS_NANOS;
    }

    /** The operations with a known delay. */
    public long count() {
        return counts.stream().mapToLong(count -> count).sum();
    }

    /**
     * The longest delay of this part of the operations. Within a bucket they count as spread evenly.
     *
     * @param part 0 to 1
     * @return the largest bound for operations above it; 0 if there are none
     */
    public double quantileNanos(double part) {
        double wanted = part * count();
        double below = 0;
        for (int i = 0; i < BOUNDS_NANOS.size(); i++) {
            long count = counts.get(i);
            if (count > 0 && below + count >= wanted) {
                double from = i == 0 ? 0 : BOUNDS_NANOS.get(i - 1);
                return from + (BOUNDS_NANOS.get(i) - from) * (wanted - below) / count;
            }
            below += count;
        }
        return count() == 0 ? 0 : BOUNDS_NANOS.get(BOUNDS_NANOS.size() - 1);
    }
}

package dev.sluice.limits.meter;

import dev.sluice.limits.model.Limit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was used of one limit, and how long ago: amounts with their ages, the youngest first. A meter gives its own ({@link
 * Meter#history}), and a meter that has just been made takes it over ({@link Meter#restore}). Ages are times before a moment
 * that both sides know, so that the clocks of two processes need not agree. Immutable.
 *
 * <p>An amount is never older than its age says: what is restored counts for as long as it should, or a little longer.
 */
public final class UsageHistory {
    /** A sliding window has so many slots, and one more that is leaving it. */
    public static final int ENTRIES_MAX = SlidingWindowMeter.SLOTS + 1;

    /** An age beyond this, some 70 years, counts as this: it can be taken from a time without an overflow. */
    private static final long AGE_NANOS_MAX = Long.MAX_VALUE / 4;

    /** Nothing was used. */
    public static final UsageHistory NONE = new UsageHistory(new long[0], new long[0]);

    private final long[] agesNanos;
    private final long[] amounts;

    private UsageHistory(long[] agesNanos, long[] amounts) {
        this.agesNanos = agesNanos;
        this.amounts = amounts;
    }

    /**
     * Makes a history.
     *
     * @param agesNanos at least 0, ascending; copied
     * @param amounts one for each age, 0 to {@link Limit#AMOUNT_MAX}; copied
     */
    public static UsageHistory of(long[] agesNanos, long[] amounts) {
        if (agesNanos.length != amounts.length || agesNanos.length > ENTRIES_MAX) {
            throw new IllegalArgumentException(agesNanos.length + " ages, " + amounts.length + " amounts");
        }
        long before = 0;
        for (int i = 0; i < amounts.length; i++) {
            if (agesNanos[i] < before || amounts[i] < 0 || amounts[i] > Limit.AMOUNT_MAX) {
                throw new IllegalArgumentException("an age of " + agesNanos[i] + ", an amount of " + amounts[i]);
            }
            before = agesNanos[i];
        }
        return new UsageHistory(agesNanos.clone(), amounts.clone()).olderBy(0);
    }

    /** A history of one amount; empty if that is 0 or less. */
    static UsageHistory ofOne(long ageNanos, long amount) {
        return amount <= 0
                ? NONE
                : of(new long[] {Math.max(ageNanos, 0)}, new long[] {Math.min(amount, Limit.AMOUNT_MAX)});
    }

    /** How many amounts it has. */
    public int size() {
        return amounts.length;
    }

    /** The age of an amount, ns; ascending. */
    public long ageNanos(int i) {
        return agesNanos[i];
    }

    /** An amount, in the limit's unit. */
    public long amount(int i) {
        return amounts[i];
    }

    /** The sum of all amounts. */
    public long total() {
        long sum = 0;
        for (long amount : amounts) {
            sum += amount;
        }
        return sum;
    }

    /** The same history so much later; {@code nanos} is at least 0. */
    public UsageHistory olderBy(long nanos) {
        long[] older = agesNanos.clone();
        for (int i = 0; i < older.length; i++) {
            older[i] = Math.min(older[i], AGE_NANOS_MAX) + Math.min(nanos, AGE_NANOS_MAX);
            older[i] = Math.min(older[i], AGE_NANOS_MAX);
        }
        return new UsageHistory(older, amounts);
    }

    /** A history of at most that sum: what is oldest is left out. */
    public UsageHistory atMost(long sum) {
        long left = sum;
        int size = 0;
        while (size < amounts.length && left > 0) {
            left -= amounts[size++];
        }
        long[] kept = Arrays.copyOf(amounts, size);
        if (left < 0) {
            kept[size - 1] += left;
        }
        return new UsageHistory(Arrays.copyOf(agesNanos, size), kept);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof UsageHistory other
                && Arrays.equals(agesNanos, other.agesNanos)
                && Arrays.equals(amounts, other.amounts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(agesNanos) + Arrays.hashCode(amounts);
    }

    @Override
    public String toString() {
        return Arrays.toString(amounts) + " of ages " + Arrays.toString(agesNanos);
    }
}

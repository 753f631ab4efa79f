package dev.sluice.policy.quotasfile;

import dev.sluice.common.CompactMap;
import dev.sluice.common.CompactStrings;
import dev.sluice.policy.source.AllocDefinition;
import java.util.Arrays;

/**
 * The definitions of many allocation quotas as numbers, 16 bytes for each: a garbage collector has nothing to follow. A
 * definition becomes an object when it is asked for. Immutable once built.
 */
final class PackedAllocations {
    private static final int NUMBERS = 2;

    private final long[] numbers;

    private PackedAllocations(long[] numbers) {
        this.numbers = numbers;
    }

    private AllocDefinition get(int number) {
        return new AllocDefinition(numbers[NUMBERS * number], numbers[NUMBERS * number + 1]);
    }

    /** Collects definitions by the subjects of their quotas. Belongs to one thread. */
    static final class Builder {
        private final CompactStrings names = new CompactStrings();
        private long[] numbers = new long[NUMBERS * 8];

        /** Adds a definition, or replaces it. */
        void put(CharSequence subject, AllocDefinition definition) {
            int at = NUMBERS * names.add(subject);
            if (at == numbers.length) {
                numbers = Arrays.copyOf(numbers, at + (at >> 1) / NUMBERS * NUMBERS);
            }
            numbers[at] = definition.capacity();
            numbers[at + 1] = definition.leaseMillisMax();
        }

        /** The number that a quota has in the map; -1 if it isn't there. */
        int number(CharSequence subject) {
            return names.find(subject);
        }

        /** The map; the builder must not be used any more. */
        CompactMap<AllocDefinition> build() {
            names.trim();
            PackedAllocations packed = new PackedAllocations(Arrays.copyOf(numbers, NUMBERS * names.size()));
            return CompactMap.of(names, packed::get);
        }
    }
}

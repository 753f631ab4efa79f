package dev.sluice.common;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from strings, for 100,000 of them: an entry costs the characters of its key and about 20 bytes, and its
 * keys are no objects (see {@link CompactStrings}). A lookup allocates nothing; going through the keys makes a string for
 * each.
 *
 * <p>Values may be shared: {@link #mapValues} gives a map that has the same keys in memory.
 */
public final class CompactMap<V> extends AbstractMap<String, V> {
    private static final Object[] NO_OBJECTS = {};
    private static final CompactMap<?> EMPTY = new CompactMap<>(new CompactStrings(), NO_OBJECTS, Optional.empty());

    private final CompactStrings keys;
    /** By the number of the key; empty: the values are made. */
    private final Object[] values;

    private final Optional<IntFunction<? extends V>> maker;

    private CompactMap(CompactStrings keys, Object[] values, Optional<IntFunction<? extends V>> maker) {
        this.keys = keys;
        this.values = values;
        this.maker = maker;
    }

    /**
     * A map whose values are made when they are asked for, each time anew.
     *
     * @param keys must not be added to any more
     * @param maker gives the value of a key by its number
     */
    public static <V> CompactMap<V> of(CompactStrings keys, IntFunction<? extends V> maker) {
        return new CompactMap<>(keys, NO_OBJECTS, Optional.of(maker));
    }

    /** Collects the entries of a map. Belongs to one thread. */
    public static final class Builder<V> {
        private final CompactStrings keys = new CompactStrings();
        private Object[] values = new Object[16];

        /** Adds an entry, or replaces the value of a key. */
        public void put(CharSequence key, V value) {
            int number = keys.add(key);
            if (number == values.length) {
                values = Arrays.copyOf(values, number + (number >> 1));
            }
            values[number] = value;
        }

        /** The number that a key has in the map; -1 if it isn't there. */
        public int number(CharSequence key) {
            return keys.find(key);
        }

        /** How many keys there are. */
        public int size() {
            return keys.size();
        }

        /** The map; the builder must not be used any more. */
        public CompactMap<V> build() {
            keys.trim();
            return new CompactMap<>(keys, Arrays.copyOf(values, keys.size()), Optional.empty());
        }
    }

    /** A map of these entries; the map itself if it is one of these already. */
    @SuppressWarnings("unchecked") // the values of an immutable map may be seen as of a wider type
    public static <V> CompactMap<V> copyOf(Map<String, ? extends V> map) {
        if (map instanceof CompactMap<?> compact) {
            return (CompactMap<V>) compact;
        }
        if (map.isEmpty()) {
            return (CompactMap<V>) EMPTY;
        }
        Builder<V> builder = new Builder<>();
        map.forEach(builder::put);
        return builder.build();
    }

    /** A map of the same keys, which are not copied. */
    public <W> CompactMap<W> mapValues(Function<? super V, ? extends W> function) {
        Object[] mapped = new Object[size()];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = function.apply(value(i));
        }
        return new CompactMap<>(keys, mapped, Optional.empty());
    }

    @SuppressWarnings("unchecked") // only a V is ever put
    private V value(int number) {
        return maker.isPresent() ? maker.get().apply(number) : (V) values[number];
    }

    /** The number of a key; -1 if it isn't there. Allocates nothing. */
    public int number(CharSequence key) {
        return keys.find(key);
    }

    /** The key with a number from 0 to the size. Numbers stay the same. */
    public String key(int number) {
        return keys.get(number);
    }

    @Override
    public int size() {
        return keys.size();
    }

    @Override
    public @Nullable V get(Object key) {
        int number = key instanceof CharSequence string ? keys.find(string) : -1;
        return number < 0 ? null : value(number);
    }

    @Override
    public boolean containsKey(Object key) {
        return key instanceof CharSequence string && keys.find(string) >= 0;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super V> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(keys.get(i), value(i));
        }
    }

    /** Each key's value. Makes no string of a key. */
    public void forEachValue(Consumer<? super V> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(value(i));
        }
    }

    /** In the order of the keys as {@link String#compareTo} has it. Makes no copy of the keys. */
    public void forEachSorted(BiConsumer<? super String, ? super V> action) {
        int[] order = new int[size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        sort(order, new int[order.length], 0, order.length);
        for (int number : order) {
            action.accept(keys.get(number), value(number));
        }
    }

    /** Merge sort: the JDK sorts numbers by a comparator only as objects. */
    private void sort(int[] order, int[] spare, int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(order, spare, from, middle);
        sort(order, spare, middle, to);
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            boolean takesLeft = right >= to || (left < middle && keys.compare(order[left], order[right]) <= 0);
            spare[i] = takesLeft ? order[left++] : order[right++];
        }
        System.arraycopy(spare, from, order, from, to - from);
    }

    @Override
    public Set<Map.Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return CompactMap.this.size();
            }

            @Override
            public Iterator<Map.Entry<String, V>> iterator() {
                return new EntryIterator();
            }
        };
    }

    private final class EntryIterator implements Iterator<Map.Entry<String, V>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < size();
        }

        @Override
        public Map.Entry<String, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int number = next++;
            return Map.entry(keys.get(number), value(number));
        }
    }
}

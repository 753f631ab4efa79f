package dev.sluice.proxy.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Caches the objects made from short texts, so that a bucket or key that comes again costs no new String and no new
 * hash. Bounded: each text has one place, and the last text there stays. A client that invents names makes the cache
 * useless, but not wrong. Belongs to one event loop.
 */
final class StringCache<T> {
    private static final int PLACES = 1024;
    /** Longer texts are not cached: names of buckets and access keys are shorter. */
    private static final int TEXT_BYTES_MAX = 64;

    private static final class Entry {
        final byte[] text;
        final Object made;

        Entry(byte[] text, Object made) {
            this.text = text;
            this.made = made;
        }
    }

    private final Function<String, T> maker;
    private final @Nullable Entry[] entries = new Entry[PLACES];

    /**
     * An empty cache.
     *
     * @param maker gets the text, one char for each byte (ISO 8859-1)
     */
    StringCache(Function<String, T> maker) {
        this.maker = maker;
    }

    /** Returns the object for {@code bytes[from, to)}. */
    @SuppressWarnings("unchecked") // only what the maker made gets in
    T of(byte[] bytes, int from, int to) {
        if (to - from > TEXT_BYTES_MAX) {
            return make(bytes, from, to);
        }
        int place = hash(bytes, from, to) & (PLACES - 1);
        Entry entry = entries[place];
        if (entry != null && Arrays.equals(entry.text, 0, entry.text.length, bytes, from, to)) {
            return (T) entry.made;
        }
        T made = make(bytes, from, to);
        entries[place] = new Entry(Arrays.copyOfRange(bytes, from, to), made);
        return made;
    }

    private T make(byte[] bytes, int from, int to) {
        return maker.apply(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ (hash >>> 15);
    }
}

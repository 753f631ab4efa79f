package dev.sluice.quota.alloc;

import dev.sluice.quota.alloc.AllocResult.Decided;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results of changes with a key, the oldest first. Bounded: beyond the bound no key is taken, and none forgotten. */
final class KeyedResults {
    private AllocBounds bounds;
    private final Map<String, Known> byKey = new LinkedHashMap<>();

    /** A result that a repetition gets again. */
    record Known(String bodyHash, Decided result, long sinceMillis) {}

    KeyedResults(AllocBounds bounds) {
        this.bounds = bounds;
    }

    AllocBounds bounds() {
        return bounds;
    }

    void bounds(AllocBounds next) {
        bounds = next;
    }

    @Nullable
    Known get(String key) {
        return byKey.get(key);
    }

    boolean isFull() {
        return byKey.size() >= bounds.keysMax();
    }

    void put(IdempotencyKey key, Decided result, long nowMillis) {
        byKey.put(key.text(), new Known(key.bodyHash(), result, nowMillis));
    }

    void forgetBefore(long millis) {
        Iterator<Known> oldest = byKey.values().iterator();
        while (oldest.hasNext() && oldest.next().sinceMillis() < millis) {
            oldest.remove();
        }
    }

    Map<String, Known> all() {
        return byKey;
    }
}

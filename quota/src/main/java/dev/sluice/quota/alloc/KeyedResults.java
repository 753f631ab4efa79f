package dev.sluice.quota.alloc;

import dev.sluice.quota.alloc.AllocResult.Decided;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The results of changes with a key, the oldest first. Bounded: beyond the bound no key is taken, and none forgotten. A change of
 * several quotas counts as so many keys, because its result is so much longer.
 */
final class KeyedResults {
    private AllocBounds bounds;
    private final Map<String, Known> byKey = new LinkedHashMap<>();
    private long stepCount;

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
        return stepCount >= bounds.keysMax();
    }

    void put(IdempotencyKey key, Decided result, long nowMillis) {
        byKey.put(key.text(), new Known(key.bodyHash(), result, nowMillis));
        stepCount += result.steps().size();
    }

    void forgetBefore(long millis) {
        Iterator<Known> oldest = byKey.values().iterator();
        while (oldest.hasNext()) {
            Known known = oldest.next();
            if (known.sinceMillis() >= millis) {
                return;
            }
            oldest.remove();
            stepCount -= known.result().steps().size();
        }
    }

    Map<String, Known> all() {
        return byKey;
    }
}

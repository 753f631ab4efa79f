package dev.sluice.policy.source;

import java.util.Optional;

/** A place that holds a value and can be asked for it at any time: files, or an HTTP endpoint. */
@FunctionalInterface
public interface ReloadSource<T> {
    /**
     * Looks at the source; may block on it. A source that can't be reached is a content too: one whose reading is an error.
     *
     * @return empty if the content is known to be unchanged without a look at it
     */
    Optional<SourceVersion<T>> poll(long nowWallMillis);
}

package dev.sluice.policy.source;

import java.util.Optional;

/** A source that can be polled: files, or an HTTP endpoint. */
@FunctionalInterface
public interface ReloadSource<T> {
    /**
     * Polls the source; may block. A source that can't be reached gives a version whose reading is an error.
     *
     * @return empty if the source is known to be unchanged
     */
    Optional<SourceVersion<T>> poll(long nowWallMillis);
}

package dev.sluice.policy.source;

import java.util.Optional;

/** The content of a source as one poll found it, not parsed yet. */
public interface SourceVersion<T> {
    /**
     * Equal for equal contents. It is kept until the content changes, so it should be small: a hash rather than bytes.
     */
    Object fingerprint();

    /** Whether the content looks as if more were to come: it is given more time to settle. */
    default boolean looksCut() {
        return false;
    }

    /**
     * Parses the content. Called once for each new fingerprint.
     *
     * @param inUse the value that is in use
     * @return empty if the source has another content by now, which the next poll finds
     */
    Optional<SourceReading<T>> read(T inUse, long nowWallMillis);
}

package dev.sluice.policy.source;

/** The content of a source as one poll found it, not parsed yet. */
public interface SourceVersion<T> {
    /**
     * Equal for equal contents. It is kept until the content changes, so it should be small: a hash rather than bytes.
     */
    Object fingerprint();

    /**
     * Parses the content. Called once for each new fingerprint.
     *
     * @param inUse the value that is in use
     */
    SourceReading<T> read(T inUse, long nowWallMillis);
}

package dev.sluice.proxy.accesslog;

/** Writes an entry as one line. Belongs to one thread. */
interface EntryFormat {
    /**
     * Appends the line with its end.
     *
     * @param wallMicros when the request came, since 1970
     */
    void append(AccessEntry entry, long wallMicros, LineBuilder to);
}

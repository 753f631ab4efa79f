package dev.sluice.sync.discovery;

import java.io.IOException;
import java.util.List;

/** Looks up peers besides the configured ones. Called by a thread of its own, so it may block. */
public interface Discovery {
    /** The name of the source, for people and programs. */
    String source();

    /** The time between two look-ups. */
    long intervalNanos();

    /**
     * The current peers, as {@code tcp://host:port}; a name stands for all its addresses. An unusable one does not
     * affect the others.
     *
     * @throws IOException if the look-up failed; its message is for people. Peers that were found before stay in
     *     use.
     */
    List<String> find() throws IOException, InterruptedException;
}

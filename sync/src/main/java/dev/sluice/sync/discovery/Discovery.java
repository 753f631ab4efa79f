package dev.sluice.sync.discovery;

import java.io.IOException;
import java.util.List;

/** Looks for peers besides the configured ones. Asked by one thread of its own, and may take its time. */
public interface Discovery {
    /** A word for where it looks, for people and programs. */
    String source();

    /** How long to wait from one look to the next. */
    long intervalNanos();

    /**
     * Who is there now, as {@code tcp://host:port}; a name stands for all its addresses. One that can't be used does the
     * others no harm.
     *
     * @throws IOException if it can't be told; its message is for people. What was found before stays in use.
     */
    List<String> find() throws IOException, InterruptedException;
}

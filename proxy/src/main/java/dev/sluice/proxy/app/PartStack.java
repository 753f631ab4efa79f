package dev.sluice.proxy.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a process that have started, in order. Closing closes the last one first, and goes on when one fails. A
 * start that fails half-way closes the stack, so that nothing is left running. Belongs to the thread that starts and then
 * to the one that closes.
 */
final class PartStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartStack.class);

    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    /** Remembers a part that has started, and returns it. */
    <T extends AutoCloseable> T add(T part) {
        started.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.warn("a part could not be closed; the others are closed all the same", e);
            }
        }
    }
}

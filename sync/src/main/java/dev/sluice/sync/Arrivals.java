package dev.sluice.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * Waits until something comes to any of many sockets, and tells to which. ZeroMQ's own poller asks each socket each time, twice;
 * where fifteen peers tell something every 100 ms that took as long as all else that is done about it.
 *
 * <p>It wakes for what comes from here on only: whoever is told of a link reads until there is nothing left, or says that
 * it didn't ({@link #again}). Owned by one thread.
 */
final class Arrivals implements AutoCloseable {
    private final Selector selector;
    private final Set<Link> ready = new LinkedHashSet<>();

    /** @throws UncheckedIOException if the process may open no more files */
    Arrivals() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for these from now on, by the sockets that they have now. */
    void follow(Collection<Link> links) {
        try {
            for (SelectionKey key : selector.keys()) {
                if (key.channel() != channel((Link) key.attachment())) {
                    key.cancel();
                }
            }
            ready.clear();
            for (Link link : links) {
                SelectableChannel channel = channel(link);
                if (channel != null) {
                    if (channel.keyFor(selector) == null) {
                        channel.register(selector, SelectionKey.OP_READ, link);
                    }
                    // What came before is signalled to nobody.
                    ready.add(link);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable SelectableChannel channel(Link link) {
        ZMQ.Socket socket = link.socket();
        return socket == null ? null : socket.getFD();
    }

    /** Waits, but not for longer than that; at least 1 ms. */
    void await(long millis) {
        try {
            if (ready.isEmpty()) {
                selector.select(this::isReady, millis);
            } else {
                selector.selectNow(this::isReady);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void isReady(SelectionKey key) {
        ready.add((Link) key.attachment());
    }

    /** Those to which something may have come; whoever takes them reads it. */
    Link[] take() {
        Link[] taken = ready.toArray(new Link[0]);
        ready.clear();
        return taken;
    }

    /** It wasn't read to its end. */
    void again(Link link) {
        ready.add(link);
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

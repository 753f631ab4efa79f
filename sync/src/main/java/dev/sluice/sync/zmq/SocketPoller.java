package dev.sluice.sync.zmq;

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
 * Waits for messages on many sockets and returns the ready ones. ZeroMQ's own poller asks each socket twice each
 * time; with fifteen peers at an interval of 100 ms this took as long as all other work on their reports.
 *
 * <p>It is edge-triggered: the caller reads a ready link to its end, or calls {@link #requeue}. Owned by one
 * thread.
 */
final class SocketPoller implements AutoCloseable {
    private final Selector selector;
    private final Set<PeerLink> ready = new LinkedHashSet<>();

    /** @throws UncheckedIOException if the process can't open more files */
    SocketPoller() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the links to wait for, with their current sockets. */
    void register(Collection<PeerLink> links) {
        try {
            for (SelectionKey key : selector.keys()) {
                if (key.channel() != channel((PeerLink) key.attachment())) {
                    key.cancel();
                }
            }
            ready.clear();
            for (PeerLink link : links) {
                SelectableChannel channel = channel(link);
                if (channel != null) {
                    if (channel.keyFor(selector) == null) {
                        channel.register(selector, SelectionKey.OP_READ, link);
                    }
                    // Earlier messages were not signalled.
                    ready.add(link);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable SelectableChannel channel(PeerLink link) {
        ZMQ.Socket socket = link.socket();
        return socket == null ? null : socket.getFD();
    }

    /** Waits for messages, at most that long; at least 1 ms. */
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
        ready.add((PeerLink) key.attachment());
    }

    /** The links that may have messages. The caller must read them. */
    PeerLink[] take() {
        PeerLink[] taken = ready.toArray(new PeerLink[0]);
        ready.clear();
        return taken;
    }

    /** The link was not read to its end. */
    void requeue(PeerLink link) {
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

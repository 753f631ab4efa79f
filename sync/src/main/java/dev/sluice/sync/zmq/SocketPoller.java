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
 * ReportDelays until something comes to any of many sockets, and tells to which. ZeroMQ's own poller asks each socket each time, twice;
 * where fifteen peers tell something every 100 ms that took as long as all else that is done about it.
 *
 * <p>It wakes for what comes from here on only: whoever is told of a link reads until there is nothing left, or says that
 * it didn't ({@link #again}). Owned by one thread.
 */
final class SocketPoller implements AutoCloseable {
    private final Selector selector;
    private final Set<PeerLink> ready = new LinkedHashSet<>();

    /** @throws UncheckedIOException if the process may open no more files */
    SocketPoller() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ReportDelays for these from now on, by the sockets that they have now. */
    void follow(Collection<PeerLink> links) {
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
                    // What came before is signalled to nobody.
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

    /** ReportDelays, but not for longer than that; at least 1 ms. */
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

    /** Those to which something may have come; whoever takes them reads it. */
    PeerLink[] take() {
        PeerLink[] taken = ready.toArray(new PeerLink[0]);
        ready.clear();
        return taken;
    }

    /** It wasn't read to its end. */
    void again(PeerLink link) {
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

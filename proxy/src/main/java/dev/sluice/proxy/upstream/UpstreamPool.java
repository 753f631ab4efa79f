package dev.sluice.proxy.upstream;

import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.UpstreamTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The idle upstream connections of one event loop, and the way to open new ones. The connection that was used last is
 * used first, so that the others become idle and are closed.
 *
 * <p>Bound: {@value #IDLE_MAX} idle connections are kept. Connections in use are bounded by the clients, one each.
 */
public final class UpstreamPool {
    static final int IDLE_MAX = 256;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /**
     * Fixed, so that Netty knows the size before the kernel has tuned it, and writes a head and the first part of a body
     * by one system call. The kernel may grant less.
     */
    private static final int SEND_BUFFER_BYTES = 512 * 1024;

    private final LoopContext loop;
    private final DrainState drain;
    private final UpstreamOptions options;
    private final Optional<UpstreamTls> tls;
    private final Bootstrap bootstrap;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();

    /**
     * An empty pool.
     *
     * @param bootstrap has the event loop and the kind of channel
     * @param tls empty: the gateway speaks plain HTTP
     */
    public UpstreamPool(
            LoopContext loop,
            DrainState drain,
            UpstreamOptions options,
            Optional<UpstreamTls> tls,
            Bootstrap bootstrap,
            ByteBufAllocator allocator) {
        this.loop = loop;
        this.drain = drain;
        this.options = options;
        this.tls = tls;
        int connectMillis =
                (int) Math.max(1, Math.min(options.connectTimeoutNanos() / NANOS_PER_MILLI, Integer.MAX_VALUE));
        this.bootstrap = bootstrap
                .disableResolver()
                .option(ChannelOption.AUTO_READ, false)
                // Otherwise a failed write would discard a response that has been received but not read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.writeMarks())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        UpstreamConnection connection = new UpstreamConnection(loop, UpstreamPool.this, channel);
                        if (tls.isPresent()) {
                            tls.get().addTo(channel, connectMillis, connection::onCloseNotify);
                            connection.expectCloseNotify();
                        }
                        channel.pipeline().addLast(new UpstreamHandler(connection));
                    }
                });
    }

    /** Takes an idle connection that is still open; null if there is none. */
    public @Nullable UpstreamConnection takeIdle() {
        while (true) {
            UpstreamConnection connection = idle.pollFirst();
            if (connection == null || connection.isOpen()) {
                return connection;
            }
        }
    }

    /** Opens a new connection. The listener receives the result, but not before this returns. */
    public ConnectAttempt connect(UpstreamListener listener) {
        return ConnectAttempt.start(loop, options.addresses(), this::connect, listener);
    }

    private ChannelFuture connect(InetSocketAddress address) {
        ChannelFuture connecting = bootstrap.connect(address);
        return tls.isPresent() ? tls.get().whenSecured(connecting, loop) : connecting;
    }

    /** Takes back a connection on which nothing is left unread or unsent. */
    void giveBack(UpstreamConnection connection) {
        if (idle.size() >= IDLE_MAX || drain.isDraining()) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    /** Removes a connection that has closed. */
    void forget(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /** Closes the connections that have been idle for too long. */
    public void closeIdle(long nowNanos) {
        Iterator<UpstreamConnection> oldestFirst = idle.descendingIterator();
        while (oldestFirst.hasNext()) {
            UpstreamConnection connection = oldestFirst.next();
            if (nowNanos - connection.idleSinceNanos() < options.idleTimeoutNanos()) {
                return;
            }
            oldestFirst.remove();
            connection.close();
        }
    }
}

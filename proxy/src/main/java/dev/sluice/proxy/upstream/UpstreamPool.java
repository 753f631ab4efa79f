package dev.sluice.proxy.upstream;

import dev.sluice.proxy.downstream.ProxyOptions;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.UpstreamTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop that are between two exchanges; the one used last is used first, so that
 * the others may become idle and be closed.
 *
 * <p>Bounded: {@value #MOST_IDLE} are kept. Those in use are bounded by the clients, one each.
 */
public final class UpstreamPool {
    static final int MOST_IDLE = 256;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    /**
     * Fixed, so that Netty knows it before the kernel has found out for itself, and gives it a head and what there is of
     * a body by one call. The kernel may grant less.
     */
    private static final int SEND_BUFFER_BYTES = 512 * 1024;

    private final LoopContext worker;
    private final Bootstrap bootstrap;
    private final Optional<UpstreamTls> tls;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();

    public UpstreamPool(
            LoopContext worker, Bootstrap bootstrap, ByteBufAllocator allocator, Optional<UpstreamTls> tls) {
        this.worker = worker;
        this.tls = tls;
        ProxyOptions options = worker.options();
        int connectMillis =
                (int) Math.max(1, Math.min(options.connectTimeoutNanos() / NANOS_PER_MILLI, Integer.MAX_VALUE));
        this.bootstrap = bootstrap
                .disableResolver()
                .option(ChannelOption.AUTO_READ, false)
                // Else a failed write would throw away an answer that is there and not yet read.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.writeMarks())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        UpstreamConnection connection = new UpstreamConnection(worker, channel);
                        if (tls.isPresent()) {
                            tls.get().addTo(channel, connection, connectMillis);
                        }
                        channel.pipeline().addLast(new UpstreamHandler(connection));
                    }
                });
    }

    /** An idle connection that is still open; null if there is none. */
    @Nullable
    public UpstreamConnection takeIdle() {
        while (true) {
            UpstreamConnection connection = idle.pollFirst();
            if (connection == null || connection.isOpen()) {
                return connection;
            }
        }
    }

    /** Opens a new connection, to its TLS handshake if there is one. The future's channel holds an {@link UpstreamHandler}. */
    public ChannelFuture connect() {
        ChannelFuture connecting = bootstrap.connect(worker.options().upstream().get());
        return tls.isPresent() ? tls.get().whenSecured(connecting, worker) : connecting;
    }

    /** Takes back a connection on which nothing is left unread or unsaid. */
    void giveBack(UpstreamConnection connection) {
        if (idle.size() >= MOST_IDLE || worker.isDraining()) {
            connection.close();
        } else {
            idle.addFirst(connection);
        }
    }

    /** A connection closed, whoever closed it. */
    void forget(UpstreamConnection connection) {
        idle.remove(connection);
    }

    public void closeIdle(long nowNanos) {
        Iterator<UpstreamConnection> oldestFirst = idle.descendingIterator();
        while (oldestFirst.hasNext()) {
            UpstreamConnection connection = oldestFirst.next();
            if (nowNanos - connection.idleSinceNanos() < worker.options().upstreamIdleNanos()) {
                return;
            }
            oldestFirst.remove();
            connection.close();
        }
    }
}

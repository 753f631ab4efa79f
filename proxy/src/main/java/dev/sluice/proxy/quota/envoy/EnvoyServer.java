package dev.sluice.proxy.quota.envoy;

import dev.sluice.common.IpAddress;
import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.downstream.ConnectionSlot;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.DownstreamTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for Envoy: HTTP/2 without an upgrade, as Envoy speaks it to a cluster with {@code http2_protocol_options}, with
 * TLS or without. Connections, streams and what they send are bounded. A silent connection is closed after
 * {@value #IDLE_SECONDS} seconds; Envoy then makes another.
 */
public final class EnvoyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EnvoyServer.class);
    private static final int BACKLOG = 1024;
    private static final int STREAMS_MAX = 256;
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final int IDLE_SECONDS = 600;
    private static final long HANDSHAKE_MILLIS_MAX = 10_000;

    private final Channel listener;
    private final ChannelGroup connections;

    private EnvoyServer(Channel listener, ChannelGroup connections) {
        this.listener = listener;
        this.connections = connections;
    }

    /**
     * Binds and serves.
     *
     * @param group event loops of that transport, which stay the caller's
     * @param tls empty: Envoy comes without it
     * @param token checked for each call but the health check
     * @param isServing what the health check says
     * @param nanoClock monotonic
     * @param connectionsMax more are closed at once; the last quarter is for addresses that hold few of them
     * @throws BindException if the address can't be bound
     */
    public static EnvoyServer start(
            InetSocketAddress address,
            Transport transport,
            EventLoopGroup group,
            DescriptorLimits limits,
            Optional<DownstreamTls> tls,
            TokenCheck token,
            BooleanSupplier isServing,
            LongSupplier nanoClock,
            int connectionsMax)
            throws BindException {
        GrpcMethods methods = new GrpcMethods(limits, token, isServing, nanoClock);
        ChannelGroup connections = new DefaultChannelGroup("envoy", GlobalEventExecutor.INSTANCE);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Connections(methods, tls, connections, connectionsMax));
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new BindException(
                    "can't listen on " + address + ": " + (cause == null ? "unknown" : cause.getMessage()));
        }
        return new EnvoyServer(bound.channel(), connections);
    }

    /** Where Envoy is served, with the port that was bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
    }

    /** Puts the handlers on each connection. */
    private static final class Connections extends ChannelInitializer<Channel> {
        private final GrpcMethods methods;
        private final Optional<DownstreamTls> tls;
        private final ChannelGroup connections;
        private final ConnectionLimit limit;
        private final AtomicLong unfinished = new AtomicLong();

        Connections(GrpcMethods methods, Optional<DownstreamTls> tls, ChannelGroup connections, int connectionsMax) {
            this.methods = methods;
            this.tls = tls;
            this.connections = connections;
            this.limit = new ConnectionLimit(connectionsMax);
        }

        @Override
        protected void initChannel(Channel channel) {
            IpAddress client = ConnectionLimit.clientAt(channel.remoteAddress());
            ConnectionSlot slot = limit.enter(client);
            channel.closeFuture().addListener(closed -> limit.leave(slot, client));
            if (slot != ConnectionSlot.SERVED) {
                channel.close();
                return;
            }
            connections.add(channel);
            if (tls.isPresent()) {
                tls.get().addTo(channel);
                channel.pipeline().get(SslHandler.class).setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
            }
            channel.pipeline()
                    .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS))
                    .addLast(Http2FrameCodecBuilder.forServer()
                            .initialSettings(Http2Settings.defaultSettings()
                                    .maxConcurrentStreams(STREAMS_MAX)
                                    .maxHeaderListSize(HEADER_BYTES_MAX))
                            .build())
                    .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel stream) {
                            stream.pipeline().addLast(new GrpcCall(methods, unfinished));
                        }
                    }))
                    .addLast(new ConnectionEnd());
        }
    }

    /** Ends a connection that is idle or broken. */
    private static final class ConnectionEnd extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A message of Netty's may have what the client has sent, a token for example.
            LOG.debug(
                    "a connection from {} fails: {}",
                    context.channel().remoteAddress(),
                    cause.getClass().getName());
            context.close();
        }
    }
}

package dev.sluice.proxy.downstream;

import dev.sluice.proxy.clientaddress.ProxyProtocolHandler;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.PlainConnectionCloser;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.util.Map;

/** Puts the handlers between a client's socket and its {@link DownstreamConnection}: for a PROXY header, for TLS, or neither. */
final class DownstreamInitializer extends ChannelInitializer<Channel> {
    private final Map<EventLoop, DownstreamLoop> loops;
    private final TlsOptions tls;

    DownstreamInitializer(Map<EventLoop, DownstreamLoop> loops, TlsOptions tls) {
        this.loops = loops;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        DownstreamLoop loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("a channel outside of the group");
        }
        DownstreamConnection connection;
        if (tls.clients().isPresent()) {
            ConnectionCloser closer = tls.clients().get().addTo(channel);
            connection = loop.newConnection(channel, closer);
            channel.pipeline()
                    .addLast(new DownstreamTlsHandler(connection, loop.context().counters()));
        } else {
            connection = loop.newConnection(channel, new PlainConnectionCloser(channel));
        }
        channel.pipeline().addLast(new DownstreamHandler(connection));
        if (loop.options().trustedProxies().usesProxyProtocol()) {
            channel.pipeline().addFirst(new ProxyProtocolHandler(connection));
        }
    }
}

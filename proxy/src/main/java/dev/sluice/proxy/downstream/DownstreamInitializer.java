package dev.sluice.proxy.downstream;

import dev.sluice.proxy.clientaddress.ProxyProtocolHandler;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.util.Map;

/** What lies between a client's socket and its {@link DownstreamConnection}: a PROXY header, TLS, or neither. */
final class DownstreamInitializer extends ChannelInitializer<Channel> {
    private final Map<EventLoop, LoopContext> workers;
    private final TlsOptions tls;

    DownstreamInitializer(Map<EventLoop, LoopContext> workers, TlsOptions tls) {
        this.workers = workers;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        LoopContext worker = workers.get(channel.eventLoop());
        if (worker == null) {
            throw new IllegalStateException("a channel outside of the group");
        }
        DownstreamConnection connection;
        if (tls.clients().isPresent()) {
            ConnectionClose farewell = tls.clients().get().addTo(channel);
            connection = new DownstreamConnection(worker, channel, farewell);
            channel.pipeline().addLast(new DownstreamTlsEvents(connection, worker.counters()));
        } else {
            connection = new DownstreamConnection(worker, channel, new ConnectionClose.Plain(channel));
        }
        channel.pipeline().addLast(new DownstreamHandler(connection));
        if (worker.options().trustedProxies().usesProxyProtocol()) {
            channel.pipeline().addFirst(new ProxyProtocolHandler(connection));
        }
    }
}

package dev.sluice.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.util.Map;

/** What lies between a client's socket and its {@link DownstreamConnection}: nothing, or TLS. */
final class DownstreamInitializer extends ChannelInitializer<Channel> {
    private final Map<EventLoop, Worker> workers;
    private final TlsOptions tls;

    DownstreamInitializer(Map<EventLoop, Worker> workers, TlsOptions tls) {
        this.workers = workers;
        this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
        Worker worker = workers.get(channel.eventLoop());
        if (worker == null) {
            throw new IllegalStateException("a channel outside of the group");
        }
        if (tls.clients().isPresent()) {
            Farewell farewell = tls.clients().get().addTo(channel);
            DownstreamConnection connection = new DownstreamConnection(worker, channel, farewell);
            channel.pipeline()
                    .addLast(new DownstreamTlsEvents(connection, worker.counters()))
                    .addLast(new DownstreamHandler(connection));
        } else {
            channel.pipeline()
                    .addLast(new DownstreamHandler(
                            new DownstreamConnection(worker, channel, new Farewell.Plain(channel))));
        }
    }
}

package dev.sluice.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.clientaddress.ConnectionPeer;
import dev.sluice.proxy.course.RequestCourse;
import dev.sluice.proxy.http1.HeadParseResult;
import dev.sluice.proxy.http1.HeadScratch;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.ReadSizes;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.response.ConnectionHeader;
import dev.sluice.proxy.upstream.GatewayAddresses;
import dev.sluice.proxy.upstream.UpstreamConnection;
import dev.sluice.proxy.upstream.UpstreamOptions;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Exchanges without sockets: calls go down and return their result, events of the gateway come up. */
abstract class ExchangeFixture {
    static final long SECOND = 1_000_000_000L;
    static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    static final String PUT = "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 4\r\n\r\n";
    static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    final ProxyCounters counters = new ProxyCounters();
    final EmbeddedChannel client = new EmbeddedChannel();
    final LoopContext loop = new LoopContext(client.eventLoop(), this::now, Transport.NIO, counters);
    final UpstreamPool pool = new UpstreamPool(
            loop,
            new DrainState(),
            new UpstreamOptions(GatewayAddresses.of(() -> new InetSocketAddress(0)), SECOND, SECOND),
            Optional.empty(),
            Transport.NIO.newBootstrap().group(client.eventLoop()),
            client.alloc());
    final HeadScratch scratch = new HeadScratch(4096, 16);
    final Output output = new Output();
    final Source source = new Source();
    final Events events = new Events();
    final Exchange exchange = exchange();
    private final List<Gateway> gateways = new ArrayList<>();
    long nowNanos;

    static final class Source implements RequestBodySource {
        boolean hasBody;

        @Override
        public boolean hasBody() {
            return hasBody;
        }

        @Override
        public void onBodyHeldBack() {}
    }

    static final class Output implements ResponseSink {
        final StringBuilder written = new StringBuilder();
        boolean writable = true;

        @Override
        public ConnectionHeader connectionHeader() {
            return ConnectionHeader.ABSENT;
        }

        @Override
        public void endAfterResponse() {}

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void write(ByteBuf bytes) {
            written.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }

        @Override
        public void flush() {}

        @Override
        public void whenWritten(Runnable action) {
            action.run();
        }
    }

    static final class Events implements ExchangeListener {
        @Override
        public void onResponse(int status, boolean isUnknownKey) {
            // other tests look at it
        }

        final List<ExchangeEnd> ends = new ArrayList<>();
        int bodyWanted;

        @Override
        public void onBodyWanted() {
            bodyWanted++;
        }

        @Override
        public void onExchangeEnded(ExchangeEnd end) {
            ends.add(end);
        }
    }

    private long now() {
        return nowNanos;
    }

    private Exchange exchange() {
        Ticket ticket = new Ticket();
        Upload upload = new Upload(loop, ticket, source, ReadSizes.of(client), RequestCourse.ignored(loop));
        Download download = new Download(
                loop, scratch, ticket.download(), output, client.alloc(), upload, RequestCourse.ignored(loop));
        return new Exchange(
                loop,
                pool,
                new ExchangeTimeouts(10 * SECOND, 5 * SECOND),
                ticket,
                source,
                output,
                upload,
                download,
                client.alloc(),
                events);
    }

    /** A connection to the gateway that waits in the pool. */
    final class Gateway {
        final EmbeddedChannel channel = new EmbeddedChannel();
        final UpstreamConnection connection = new UpstreamConnection(loop, pool, channel);

        Gateway() {
            gateways.add(this);
            connection.giveBack();
        }

        void sends(String text) {
            connection.onRead(buffer(text));
            connection.onReadComplete();
        }

        String received() {
            StringBuilder text = new StringBuilder();
            for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
                text.append(part.toString(StandardCharsets.ISO_8859_1));
                part.release();
            }
            return text.toString();
        }

        void setWritable(boolean writable) {
            channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
            if (writable) {
                connection.onWritabilityChanged();
            }
        }
    }

    static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    final void start(String request) {
        start(request, null);
    }

    final void start(String request, @Nullable ResponseObserver observer) {
        RequestHead head = new RequestHead();
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(head.parse(bytes, bytes.length, bytes.length)).isEqualTo(HeadParseResult.COMPLETE);
        exchange.begin(head, observer);
        exchange.start(head, ConnectionPeer.UNKNOWN.client(head), buffer(request));
    }

    @AfterEach
    void everyExchangeIsOver() {
        exchange.onClientGone();
        client.runPendingTasks();
        client.finishAndReleaseAll();
        gateways.forEach(gateway -> gateway.channel.finishAndReleaseAll());

        assertThat(counters.exchanges.sum()).isZero();
    }
}

package dev.sluice.proxy.quota.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.downstream.ConnectionLimit;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.http.QuotaReply;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final byte[] EVENT = "data: 1\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final long BEYOND_HEARTBEAT_NANOS = 16_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final QuotaLoop loop = new QuotaLoop(
            new LoopContext(channel.eventLoop(), nanos::get, Transport.NIO, new ProxyCounters()),
            QuotaServerOptions.of(new InetSocketAddress(0)),
            new QuotaRouter(List.of(), authorization -> true),
            new ConnectionLimit(1),
            new BodyBudget(1));
    private final EventStream stream = new EventStream(loop, channel);
    private final AtomicInteger left = new AtomicInteger();

    private void begin() {
        stream.begin(new QuotaReply.Stream(sink -> left::incrementAndGet), false);
        assertThat(sent()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    }

    private String sent() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            all.append(each.toString(StandardCharsets.US_ASCII));
            each.release();
        }
        return all.toString();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void event_isSent_andAHeartbeatAfterASilence() {
        begin();

        stream.send(EVENT);
        channel.runPendingTasks();
        String first = sent();
        stream.sweep(BEYOND_HEARTBEAT_NANOS / 2);
        String early = sent();
        stream.sweep(BEYOND_HEARTBEAT_NANOS);

        assertThat(first).isEqualTo("data: 1\n\n");
        assertThat(early).isEmpty();
        assertThat(sent()).isEqualTo(":\n\n");
    }

    @Test
    void clientThatDoesNotTakeItsEvents_isCutOff() {
        begin();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);

        stream.send(EVENT);
        channel.runPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(sent()).isEmpty();
    }

    @Test
    void eventsThatWaitForTheLoop_areBounded() {
        begin();

        for (int i = 0; i < 1024; i++) {
            stream.send(EVENT);
        }
        boolean wasOpen = channel.isOpen();
        stream.send(EVENT);

        assertThat(wasOpen).isTrue();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void end_isReportedOnce() {
        begin();

        stream.end();
        stream.end();

        assertThat(left).hasValue(1);
    }
}

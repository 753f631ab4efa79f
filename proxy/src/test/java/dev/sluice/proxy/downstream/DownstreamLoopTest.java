package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.gate.GateDecision;
import dev.sluice.proxy.loop.ConnectionCloser;
import dev.sluice.proxy.loop.DrainState;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.upstream.GatewayAddresses;
import dev.sluice.proxy.upstream.UpstreamOptions;
import dev.sluice.proxy.upstream.UpstreamPool;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sweeps over connections that fail. */
class DownstreamLoopTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ProxyOptions OPTIONS = new ProxyOptions(
            new InetSocketAddress(0),
            GatewayAddresses.of(() -> new InetSocketAddress(0)),
            1,
            4096,
            SECOND,
            SECOND,
            SECOND,
            SECOND,
            SECOND);

    private final DrainState drain = new DrainState();
    private long nowNanos;
    private int aborted;

    private DownstreamLoop loop() {
        EmbeddedChannel any = new EmbeddedChannel();
        LoopContext context = new LoopContext(any.eventLoop(), () -> nowNanos, Transport.NIO, new ProxyCounters());
        UpstreamPool pool = new UpstreamPool(
                context,
                drain,
                new UpstreamOptions(OPTIONS.upstream(), SECOND, SECOND),
                Optional.empty(),
                Transport.NIO.newBootstrap().group(any.eventLoop()),
                UnpooledByteBufAllocator.DEFAULT);
        return new DownstreamLoop(
                context,
                drain,
                OPTIONS,
                (head, ticket, now) -> GateDecision.Forward.CHARGED,
                new ConnectionLimit(16),
                pool,
                CourseListener.NONE);
    }

    /** Never shakes hands, so that the client is aborted, which fails as if there were no memory. */
    private final class FailingCloser implements ConnectionCloser {
        @Override
        public boolean isSecure() {
            return true;
        }

        @Override
        public void endOutput() {}

        @Override
        public void abort() {
            aborted++;
            throw new OutOfMemoryError("as a test wants it");
        }
    }

    @Test
    void sweep_handlesEachTimeout_andThrowsNothing_whereMemoryIsExhausted() {
        DownstreamLoop loop = loop();
        loop.newConnection(new EmbeddedChannel(), new FailingCloser()).onOpen();
        loop.newConnection(new EmbeddedChannel(), new FailingCloser()).onOpen();
        nowNanos = 2 * SECOND;

        assertThatCode(loop::sweep).doesNotThrowAnyException();

        assertThat(aborted).isEqualTo(2);
    }
}

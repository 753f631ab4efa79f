package dev.sluice.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import dev.sluice.proxy.response.ErrorKind;
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
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exchanges without sockets: calls go down and return their result, events of the gateway come up. */
class ExchangeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    private static final String PUT = "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 4\r\n\r\n";
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final ProxyCounters counters = new ProxyCounters();
    private final EmbeddedChannel client = new EmbeddedChannel();
    private final LoopContext loop = new LoopContext(client.eventLoop(), this::now, Transport.NIO, counters);
    private final UpstreamPool pool = new UpstreamPool(
            loop,
            new DrainState(),
            new UpstreamOptions(GatewayAddresses.of(() -> new InetSocketAddress(0)), SECOND, SECOND),
            Optional.empty(),
            Transport.NIO.newBootstrap().group(client.eventLoop()),
            client.alloc());
    private final HeadScratch scratch = new HeadScratch(4096, 16);
    private final Output output = new Output();
    private final Source source = new Source();
    private final Events events = new Events();
    private final Exchange exchange = exchange();
    private final List<Gateway> gateways = new ArrayList<>();
    private long nowNanos;

    private static final class Source implements RequestBodySource {
        private boolean hasBody;

        @Override
        public boolean hasBody() {
            return hasBody;
        }

        @Override
        public void onBodyHeldBack() {}
    }

    private static final class Output implements ResponseSink {
        private final StringBuilder written = new StringBuilder();
        private boolean writable = true;

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

    private static final class Events implements ExchangeListener {
        @Override
        public void onResponse(int status, boolean isUnknownKey) {
            // other tests look at it
        }

        private final List<ExchangeEnd> ends = new ArrayList<>();
        private int bodyWanted;

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
    private final class Gateway {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final UpstreamConnection connection = new UpstreamConnection(loop, pool, channel);

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

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private void start(String request) {
        start(request, null);
    }

    private void start(String request, @Nullable ResponseObserver observer) {
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

    @Test
    void response_isPassedOn_andItsConnectionServesTheNextRequest() {
        Gateway gateway = new Gateway();

        start(GET);
        assertThat(gateway.received()).startsWith("GET /b/k HTTP/1.1\r\nHost: s3\r\nX-Forwarded-For: ");
        gateway.sends(RESPONSE);
        start(GET);
        gateway.sends(RESPONSE);

        assertThat(output.written).hasToString(RESPONSE + RESPONSE);
        assertThat(events.ends).containsExactly(ExchangeEnd.COMPLETED, ExchangeEnd.COMPLETED);
        assertThat(counters.upstreamReuses.sum()).isEqualTo(2);
    }

    /** SeenResponse what it is shown. */
    private static final class SeenResponse implements ResponseObserver {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void onHead(int status, boolean isChunked) {
            text.append(status).append(isChunked ? " chunked " : " ");
        }

        @Override
        public void onBody(ByteBuf part, long nowNanos) {
            text.append(part.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onEnd(long nowNanos) {
            text.append('.');
        }
    }

    @Test
    void observer_seesTheBody_andTheClientGetsItUnchanged() {
        for (String response : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")) {
            Gateway gateway = new Gateway();
            SeenResponse seen = new SeenResponse();
            int before = output.written.length();

            start(GET, seen);
            gateway.sends("HTTP/1.1 100 Continue\r\n\r\n" + response.substring(0, response.length() - 3));
            assertThat(seen.text).hasToString("200 he");
            gateway.sends(response.substring(response.length() - 3));

            assertThat(seen.text).hasToString("200 hello.");
            assertThat(output.written.substring(before)).endsWith("\r\n\r\nhello");
        }
        Gateway gateway = new Gateway();
        start(GET);
        gateway.sends(RESPONSE);
    }

    @Test
    void observer_seesChunksWithTheirFraming() {
        Gateway gateway = new Gateway();
        SeenResponse seen = new SeenResponse();

        start(GET, seen);
        gateway.sends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n");
        gateway.sends("3\r\nllo\r\n0\r\n\r\n");

        assertThat(seen.text).hasToString("200 chunked 2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n.");
        assertThat(output.written)
                .hasToString(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
    }

    @Test
    void observer_seesTheEnd_whateverEndsTheExchange() {
        Gateway gateway = new Gateway();
        SeenResponse first = new SeenResponse();
        start(GET, first);
        gateway.sends("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
        exchange.onClientGone();
        assertThat(first.text).hasToString("200 he.");

        Gateway next = new Gateway();
        SeenResponse second = new SeenResponse();
        start(GET, second);
        next.sends("HTTP/1.1 200 OK\r\n\r\nhello");
        next.connection.onClosed();
        assertThat(second.text).hasToString("200 hello.");
    }

    @Test
    void connection_withDataBehindTheResponse_isNotReused() {
        Gateway gateway = new Gateway();

        start(GET);
        gateway.sends(RESPONSE + "HTTP/1.1 200 OK\r\n\r\n");

        assertThat(output.written).hasToString(RESPONSE);
        assertThat(events.ends).containsExactly(ExchangeEnd.COMPLETED);
        assertThat(pool.takeIdle()).isNull();
        assertThat(gateway.channel.isOpen()).isFalse();
    }

    @Test
    void failedConnect_isReported_onlyAfterStartHasReturned() {
        start(GET);
        assertThat(events.ends).isEmpty();

        client.runPendingTasks();

        assertThat(events.ends).containsExactly(new ExchangeEnd.Failed(ErrorKind.UPSTREAM_UNREACHABLE));
    }

    @Test
    void failedConnect_isNotReported_whenTheClientIsGone() {
        start(GET);
        exchange.onClientGone();
        client.runPendingTasks();

        assertThat(events.ends).isEmpty();
        assertThat(counters.clientGone.sum()).isEqualTo(1);
    }

    @Test
    void callsFromTheClientsSide_returnTheirEnd_andDoNotCallTheListener() {
        Gateway first = new Gateway();
        start(PUT);
        assertThat(exchange.onMalformedBody()).isEqualTo(new ExchangeEnd.Failed(ErrorKind.MALFORMED));
        assertThat(first.channel.isOpen()).isFalse();

        new Gateway();
        start(PUT);
        assertThat(exchange.onSlowUpload()).isEqualTo(new ExchangeEnd.Failed(ErrorKind.REQUEST_TIMEOUT));

        new Gateway();
        start(GET);
        nowNanos += 11 * SECOND;
        assertThat(exchange.isLate(nowNanos)).isTrue();
        assertThat(exchange.onTimeout()).isEqualTo(new ExchangeEnd.Failed(ErrorKind.UPSTREAM_TIMEOUT));

        assertThat(events.ends).isEmpty();
        assertThat(exchange.isLate(nowNanos + 100 * SECOND)).isFalse();
    }

    @Test
    void body_isWantedAgain_onceTheGatewayTakesIt() {
        Gateway gateway = new Gateway();
        start(PUT);
        gateway.setWritable(false);
        gateway.setWritable(true);
        assertThat(events.bodyWanted).as("was not asked for").isZero();

        gateway.setWritable(false);
        assertThat(exchange.takesBody()).isFalse();
        gateway.setWritable(true);
        assertThat(events.bodyWanted).isEqualTo(1);
        gateway.setWritable(false);
        gateway.setWritable(true);
        assertThat(events.bodyWanted).as("is asked for once").isEqualTo(1);
    }

    @Test
    void body_followsTheHead_inOneWrite() {
        Gateway gateway = new Gateway();
        source.hasBody = true;

        start(PUT);
        assertThat(gateway.received()).isEmpty();
        exchange.onBody(buffer("body"), 4, true);

        assertThat(gateway.received()).startsWith("PUT /b/k").endsWith("\r\n\r\nbody");
        assertThat(counters.bytesFromClients.sum()).isEqualTo(4);
    }

    @Test
    void body_isNotTaken_afterAnErrorResponse() {
        Gateway gateway = new Gateway();
        start(PUT);
        assertThat(exchange.takesBody()).isTrue();

        gateway.connection.onRead(buffer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n"));

        assertThat(exchange.takesBody()).isFalse();
        assertThat(exchange.hasBegunResponse()).isTrue();
    }

    @Test
    void response_thatBreaksOff_isReportedByWhatWouldHaveEndedIt() {
        Gateway gateway = new Gateway();
        start(GET);
        gateway.sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
        gateway.connection.onClosed();
        assertThat(events.ends).containsExactly(ExchangeEnd.BROKEN_OFF);

        Gateway other = new Gateway();
        start(GET);
        other.sends("HTTP/1.1 200 OK\r\n\r\nok");
        assertThat(exchange.onTimeout()).isEqualTo(ExchangeEnd.BROKEN_OFF_UNDELIMITED);
    }

    @Test
    void response_withoutALength_endsWithItsConnection() {
        Gateway gateway = new Gateway();
        start(GET);
        gateway.sends("HTTP/1.1 200 OK\r\n\r\nok");
        gateway.connection.onClosed();

        assertThat(events.ends).containsExactly(ExchangeEnd.COMPLETED);
    }

    @Test
    void malformedResponse_isABadGateway() {
        Gateway gateway = new Gateway();
        start(GET);
        gateway.sends("HTTP/1.1 twohundred\r\n\r\n");

        assertThat(events.ends).containsExactly(new ExchangeEnd.Failed(ErrorKind.UPSTREAM_INVALID));
        assertThat(counters.upstreamFailed.sum()).isEqualTo(1);
    }

    @Test
    void request_isSentAgain_onlyIfItChangesNothing() {
        Gateway gateway = new Gateway();
        start(GET);
        gateway.connection.onClosed();
        assertThat(counters.retried.sum()).isEqualTo(1);
        client.runPendingTasks();
        assertThat(events.ends).containsExactly(new ExchangeEnd.Failed(ErrorKind.UPSTREAM_UNREACHABLE));

        Gateway other = new Gateway();
        start(PUT);
        other.connection.onClosed();
        assertThat(counters.retried.sum()).isEqualTo(1);
        assertThat(events.ends).last().isEqualTo(new ExchangeEnd.Failed(ErrorKind.UPSTREAM_CLOSED));
    }

    @Test
    void response_isReadOn_whenTheClientTakesIt() {
        Gateway gateway = new Gateway();
        start(GET);
        output.writable = false;
        gateway.sends("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nok");
        nowNanos += 100 * SECOND;
        assertThat(exchange.isLate(nowNanos)).as("the client is waited for").isFalse();

        output.writable = true;
        loop.readClock();
        exchange.onClientWritable();
        gateway.sends("ok");

        assertThat(events.ends).containsExactly(ExchangeEnd.COMPLETED);
    }

    private static final long MILLI = 1_000_000L;

    private void passTime(long nanos) {
        nowNanos += nanos;
        loop.readClock();
    }

    @Test
    void times_ofASmallRequest_areThoseOfItsParts() {
        Gateway gateway = new Gateway();
        passTime(SECOND);

        start(GET);
        nowNanos += 30 * MILLI;
        gateway.sends(RESPONSE);

        assertThat(exchange.times().upstreamNanos()).isEqualTo(30 * MILLI);
        assertThat(exchange.times().addedNanos()).isZero();
        assertThat(counters.times.smallRequests().count()).isEqualTo(1);
        assertThat(counters.times.smallAtUpstream().quantileSeconds(1)).contains(0.05);
        assertThat(counters.times.requests().sumSeconds()).isCloseTo(0.03, within(1e-9));
        assertThat(counters.times.responses()).containsExactly(Map.entry(200, 1L));
    }

    @Test
    void times_ofAnUpload_countAtTheGatewayFromItsEnd() {
        Gateway gateway = new Gateway();
        source.hasBody = true;
        start(PUT);
        passTime(7 * SECOND);
        exchange.onBody(buffer("body"), 4, true);
        passTime(20 * MILLI);
        gateway.sends("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nn");
        passTime(SECOND);
        gateway.sends("o");

        assertThat(exchange.times().upstreamNanos()).isEqualTo(20 * MILLI);
        assertThat(counters.times.smallRequests().count()).isZero();
        assertThat(counters.times.requests().sumSeconds()).isCloseTo(8.02, within(1e-9));
        assertThat(counters.times.responses()).containsExactly(Map.entry(404, 1L));
    }

    @Test
    void times_ofARequestThatFailed_areNotCounted() {
        Gateway gateway = new Gateway();
        start(PUT);
        gateway.connection.onClosed();

        assertThat(counters.times.requests().count()).isZero();
        assertThat(counters.times.responses()).isEmpty();
    }
}

package dev.sluice.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.response.ErrorKind;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an exchange passes on, and how it ends. */
class ExchangeTest extends ExchangeFixture {
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
}

package dev.sluice.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long the parts of an exchange took. */
class ExchangeTimesTest extends ExchangeFixture {
    private static final long MILLI = 1_000_000L;

    private void passTime(long nanos) {
        nowNanos += nanos;
        loop.readClock();
    }

    @Test
    void smallRequest_tookWhatItsPartsTook() {
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
    void upload_isAtTheGateway_fromItsEnd() {
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
    void requestThatFailed_isNotCounted() {
        Gateway gateway = new Gateway();
        start(PUT);
        gateway.connection.onClosed();

        assertThat(counters.times.requests().count()).isZero();
        assertThat(counters.times.responses()).isEmpty();
    }
}

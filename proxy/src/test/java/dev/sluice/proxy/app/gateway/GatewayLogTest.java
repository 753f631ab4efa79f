package dev.sluice.proxy.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.loop.ProxyCounters;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GatewayLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Logger app = (Logger) LoggerFactory.getLogger("dev.sluice.proxy.app");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ProxyCounters counters = new ProxyCounters();

    @BeforeEach
    void listen() {
        app.setLevel(ch.qos.logback.classic.Level.INFO);
        log.start();
        app.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        app.detachAppender(log);
        app.setLevel(null);
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void failedRequests_areLoggedAtOnce_thenSummedUp_thenTheirEndIsLogged() {
        var gateway = new GatewayLog(counters, "rgw:80");
        gateway.report(0);
        counters.upstreamUnreachable.add(2);
        gateway.report(SECOND);
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("2 requests failed at the gateway rgw:80: 2 found no");

        counters.upstreamTimedOut.add(5);
        gateway.report(2 * SECOND);
        assertThat(lines()).hasSize(1);
        gateway.report(11 * SECOND);
        assertThat(lines()).hasSize(2).last().asString().contains("5 had no response in time (504)");

        gateway.report(22 * SECOND);
        assertThat(lines()).hasSize(2);
        counters.completed.increment();
        gateway.report(23 * SECOND);
        gateway.report(24 * SECOND);
        assertThat(lines()).hasSize(3).last().asString().contains("reach the gateway rgw:80 again");
    }

    @Test
    void malformedMessages_areSummedUpByTheirLabels() {
        var malformed = new MalformedLog(counters);
        counters.requestFaults.count(HttpFault.BARE_LF);
        counters.requestFaults.count(HttpFault.BARE_LF);
        counters.requestFaults.count(HttpFault.DUPLICATE_HOST);
        counters.responseFaults.count(HttpFault.STATUS_LINE);

        malformed.report();
        malformed.report();

        assertThat(lines())
                .containsExactly(
                        "refused 3 malformed requests of clients: 2 bare-lf, 1 duplicate-host",
                        "refused 1 malformed responses of the gateway: 1 status-line");
    }
}

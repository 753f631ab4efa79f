package dev.sluice.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.gateway.MalformedLog;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.http1.SyntaxCase;
import dev.sluice.proxy.loop.FaultCounters;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Each row of the tables in docs/http.md, played on a proxy: the client gets the row's status, the metric counts under the
 * row's label, and the log has the label. The messages are the cases of the tables of syntax.
 */
class DocumentedFaultsTest {
    private static final Pattern ROW = Pattern.compile("\\| (.+) \\| (\\d{3}) \\| `([a-z0-9-]+)`.*\\|");
    private static final int READ_TIMEOUT_MILLIS = 20_000;
    /** A proxy skips one empty line before a request. */
    private static final Set<String> SKIPPED = Set.of("empty line first", "only an empty line");
    /** The cases have the bounds of their own tests. */
    private static final Map<HttpFault, String> REQUESTS_BEYOND_BOUNDS = Map.of(
            HttpFault.TOO_MANY_HEADERS, "GET / HTTP/1.1\r\nHost: s3\r\n" + "a: b\r\n".repeat(1_100) + "\r\n",
            HttpFault.HEAD_TOO_LARGE, "GET / HTTP/1.1\r\nHost: s3\r\nx: " + "y".repeat(40_000) + "\r\n\r\n");

    private static final Map<HttpFault, String> RESPONSES_BEYOND_BOUNDS = Map.of(
            HttpFault.TOO_MANY_HEADERS, "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(17_000) + "\r\n",
            HttpFault.HEAD_TOO_LARGE, "HTTP/1.1 200 OK\r\nx: " + "y".repeat(1_200_000) + "\r\n\r\n");

    /** A row of a table. */
    private record FaultRow(String what, int status, HttpFault fault) {
        @Override
        public String toString() {
            return fault.label() + ": " + what;
        }
    }

    private final Logger log = (Logger) LoggerFactory.getLogger(MalformedLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void followTheLog() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void leaveTheLog() {
        log.detachAppender(lines);
    }

    private static List<FaultRow> rows(String section, String end) throws IOException {
        String guide = Files.readString(Path.of("..", "docs", "http.md"));
        int from = guide.indexOf("\n" + section);
        return ROW.matcher(guide.substring(from, guide.indexOf("\n" + end, from)))
                .results()
                .map(row -> new FaultRow(row.group(1), Integer.parseInt(row.group(2)), fault(row.group(3))))
                .toList();
    }

    private static HttpFault fault(String label) {
        return Arrays.stream(HttpFault.values())
                .filter(fault -> fault.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the guide has a label that isn't one: " + label));
    }

    static List<FaultRow> requestRows() throws IOException {
        return rows("## Requests", "Accepted, although unusual");
    }

    /** Those of the table of responses, and of that of requests as far as it is for both. */
    static List<FaultRow> responseRows() throws IOException {
        Stream<FaultRow> both = requestRows().stream().filter(row -> row.fault.inResponses());
        return Stream.concat(both, rows("## Responses", "## Chunked").stream()).toList();
    }

    private static List<byte[]> cases(String table, Map<HttpFault, String> beyondBounds, HttpFault fault) {
        if (beyondBounds.containsKey(fault)) {
            return List.of(beyondBounds.get(fault).getBytes(StandardCharsets.ISO_8859_1));
        }
        return SyntaxCase.read(table).stream()
                .filter(one -> one.expected().get(0).equals(fault.name()) && !SKIPPED.contains(one.name()))
                .map(SyntaxCase::bytes)
                .toList();
    }

    private static RecordingUpstream gateway(byte[] response) throws IOException {
        return new RecordingUpstream(connection -> {
            connection.readHead();
            connection.write(response);
            connection.socket().shutdownOutput();
        });
    }

    /** Sends a message and reads until the proxy closes the connection. */
    private static String exchange(InetSocketAddress proxy, byte[] message) throws IOException {
        try (Socket socket = new Socket(proxy.getAddress(), proxy.getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream().write(message);
            socket.shutdownOutput();
            ByteArrayOutputStream response = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(response);
            return response.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static String shown(byte[] message) {
        return new String(message, 0, Math.min(200, message.length), StandardCharsets.ISO_8859_1);
    }

    private static double counted(SluiceMetrics metrics, String message, HttpFault fault) {
        String name = "sluice_malformed_total{fault=\"" + fault.label() + "\",message=\"" + message + "\"} ";
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    private void assertLogged(ProxyFixture proxy, String what, HttpFault fault) {
        new MalformedLog(proxy.counters).report();
        assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage).collect(Collectors.joining("\n")))
                .contains("malformed " + what)
                .contains(fault.label());
    }

    @ParameterizedTest
    @MethodSource("requestRows")
    void requestOfARow_isRefusedCountedAndLogged(FaultRow row) throws Exception {
        List<byte[]> messages = cases("requests.txt", REQUESTS_BEYOND_BOUNDS, row.fault);
        long rows =
                requestRows().stream().filter(other -> other.fault == row.fault).count();
        assertThat(messages).as("cases of %s", row).hasSizeGreaterThanOrEqualTo((int) rows);
        try (RecordingUpstream gateway = gateway(new byte[0]);
                ProxyFixture proxy = new ProxyFixture(gateway.address());
                SluiceMetrics metrics = new SluiceMetrics()) {
            metrics.bind(proxy.counters);

            for (byte[] message : messages) {
                assertThat(exchange(proxy.server.address(), message))
                        .as("%s: %s", row, shown(message))
                        .startsWith("HTTP/1.1 " + row.status + " ");
            }

            assertThat(counted(metrics, "request", row.fault)).isEqualTo(messages.size());
            assertThat(proxy.counters.malformed.sum()).isEqualTo(messages.size());
            assertLogged(proxy, "requests of clients", row.fault);
            assertThat(gateway.heads).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("responseRows")
    void responseOfARow_isABadGatewayCountedAndLogged(FaultRow row) throws Exception {
        List<byte[]> messages = cases("responses.txt", RESPONSES_BEYOND_BOUNDS, row.fault);
        assertThat(messages).as("cases of %s", row).isNotEmpty();
        for (byte[] response : messages) {
            try (RecordingUpstream gateway = gateway(response);
                    ProxyFixture proxy = new ProxyFixture(gateway.address());
                    SluiceMetrics metrics = new SluiceMetrics()) {
                metrics.bind(proxy.counters);
                byte[] request = "GET /b/k HTTP/1.1\r\nHost: s3\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1);

                assertThat(exchange(proxy.server.address(), request))
                        .as("%s: %s", row, shown(response))
                        .startsWith("HTTP/1.1 502 ");

                assertThat(counted(metrics, "response", row.fault)).isEqualTo(1);
                assertThat(proxy.counters.upstreamInvalid.sum()).isEqualTo(1);
                assertLogged(proxy, "responses of the gateway", row.fault);
            }
        }
    }

    @Test
    void chunksThatBreakARule_areCountedAndLogged_onBothSides() throws Exception {
        HttpFault fault = fault("chunked-body");
        String badChunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n+3\r\nabc\r\n";
        try (RecordingUpstream gateway = new RecordingUpstream(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\n" + badChunks);
                    connection.socket().shutdownOutput();
                });
                ProxyFixture proxy = new ProxyFixture(gateway.address());
                SluiceMetrics metrics = new SluiceMetrics()) {
            metrics.bind(proxy.counters);
            FaultCounters ofRequests = proxy.counters.requestFaults;

            exchange(
                    proxy.server.address(),
                    ("PUT /b/k HTTP/1.1\r\nHost: s3\r\n" + badChunks).getBytes(StandardCharsets.ISO_8859_1));
            await().until(() -> ofRequests.of(fault).sum() == 1);
            exchange(
                    proxy.server.address(),
                    "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));

            await().until(() -> counted(metrics, "response", fault) == 1);
            assertThat(counted(metrics, "request", fault)).isEqualTo(1);
            assertLogged(proxy, "requests of clients", fault);
        }
    }
}

package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A gateway dies at every byte of an exchange: of the request that it reads, and of the response that it sends. The client
 * gets one whole 502, or the bytes so far and the end of its connection; never a second answer. A PUT reaches the gateway
 * once at most.
 */
class SplitAtEveryOffsetTest {
    private static final String PUT =
            "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 20\r\n\r\n" + "0123456789".repeat(2);
    private static final String CHUNKED_PUT =
            "PUT /b/k HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n";
    private static final String GET = "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n";
    private static final String BODY = "all of the answer";
    private static final String BAD_GATEWAY = "HTTP/1.1 502 Bad Gateway\r\n";

    private static String request(String kind) {
        return switch (kind) {
            case "put" -> PUT;
            case "chunked-put" -> CHUNKED_PUT;
            default -> GET;
        };
    }

    private static String answer(String kind) {
        return switch (kind) {
            case "length" -> "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
            case "chunked" -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n" + BODY + "\r\n0\r\n\r\n";
            default -> "HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n" + BODY;
        };
    }

    /** As the gateway gets it: with the client's address, 28 bytes of it. */
    private static int forwardedLength(String request) {
        return request.length() + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n".length();
    }

    /** What the client reads to the end; a reset ends it too. */
    private static String all(Client client) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[4096];
        try {
            for (int n = client.read(buffer); n >= 0; n = client.read(buffer)) {
                all.append(new String(buffer, 0, n, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException e) {
            all.append("<reset>");
        }
        return all.toString();
    }

    private static void end(RecordingUpstream.Connection connection, boolean reset) throws IOException {
        if (reset) {
            connection.reset();
        }
    }

    @ParameterizedTest
    @CsvSource({"put,false", "put,true", "chunked-put,false", "chunked-put,true", "get,false", "get,true"})
    void gateway_that_dies_while_it_reads_gives_one_502(String kind, boolean reset) throws Exception {
        String request = request(kind);
        int length = forwardedLength(request);
        AtomicInteger offset = new AtomicInteger();
        AtomicInteger connections = new AtomicInteger();
        RecordingUpstream.Script dies = connection -> {
            connections.incrementAndGet();
            connection.readBody(offset.get());
            end(connection, reset);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(dies);
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            for (int i = 0; i <= length; i++) {
                offset.set(i);
                try (Client client = proxy.client()) {
                    String answer = all(client.send(request));

                    assertThat(answer).as("offset " + i).startsWith(BAD_GATEWAY).endsWith("</Error>");
                    assertThat(answer.split("HTTP/1.1 ", -1)).as("offset " + i).hasSize(2);
                }
            }

            assertThat(connections.get()).isEqualTo(length + 1);
            assertThat(proxy.counters.retried.sum()).isZero();
            await().until(() -> proxy.counters.exchanges.sum() == 0 && proxy.counters.clientConnections.sum() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "put,length,false", "put,length,true", "put,chunked,false", "put,chunked,true", "put,until-close,false",
        "put,until-close,true", "get,length,false", "get,length,true", "get,chunked,false", "get,chunked,true",
        "get,until-close,false", "get,until-close,true"
    })
    void gateway_that_dies_while_it_answers_is_seen_to_have(String kind, String framing, boolean reset)
            throws Exception {
        String request = request(kind);
        String answer = answer(framing);
        int headLength = answer.indexOf("\r\n\r\n") + 4;
        String head = answer.substring(0, headLength - 2);
        AtomicInteger offset = new AtomicInteger();
        AtomicInteger connections = new AtomicInteger();
        RecordingUpstream.Script dies = connection -> {
            connections.incrementAndGet();
            connection.readBody(forwardedLength(request));
            connection.write(answer.substring(0, offset.get()));
            end(connection, reset);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(dies);
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            for (int i = 0; i < answer.length(); i++) {
                offset.set(i);
                try (Client client = proxy.client()) {
                    String got = all(client.send(request));
                    String seen = got.replace("<reset>", "").replace("Connection: close\r\n", "");

                    assertThat(got.split("HTTP/1.1 ", -1)).as("offset " + i).hasSizeLessThanOrEqualTo(2);
                    if (seen.startsWith("HTTP/1.1 502 ")) {
                        // A reset may overtake what was sent before it.
                        assertThat(reset || i < headLength).as("offset " + i).isTrue();
                        assertThat(seen).startsWith(BAD_GATEWAY).endsWith("</Error>");
                    } else {
                        assertThat(i).isGreaterThanOrEqualTo(headLength);
                        assertThat(seen).as("offset " + i).startsWith(head);
                        assertThat(answer).as("offset " + i).startsWith(seen);
                        assertThat(reset || seen.length() == i)
                                .as("offset " + i)
                                .isTrue();
                    }
                    if (framing.equals("until-close") && reset && !seen.startsWith(BAD_GATEWAY)) {
                        // The end of the connection is the end of this response: a broken one must not look whole.
                        assertThat(got).as("offset " + i).endsWith("<reset>");
                    }
                }
            }

            assertThat(connections.get()).isEqualTo(answer.length());
            await().until(() -> proxy.counters.exchanges.sum() == 0 && proxy.counters.clientConnections.sum() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"put,false", "put,true", "get,false", "get,true"})
    void gateway_that_dies_on_a_reused_connection_sees_no_put_twice(String kind, boolean reset) throws Exception {
        String request = request(kind);
        int length = forwardedLength(request);
        AtomicInteger offset = new AtomicInteger();
        AtomicInteger requests = new AtomicInteger();
        RecordingUpstream.Script diesAtTheSecond = connection -> {
            requests.incrementAndGet();
            connection.readBody(length);
            connection.write(answer("length"));
            connection.readBody(offset.get());
            requests.incrementAndGet();
            end(connection, reset);
        };
        try (RecordingUpstream upstream = new RecordingUpstream(diesAtTheSecond);
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            for (int i = 1; i <= length; i++) {
                offset.set(i);
                try (Client client = proxy.client()) {
                    assertThat(client.send(request).read().body()).isEqualTo(BODY);
                    requests.set(0);
                    String second = client.send(request).read().statusLine();

                    if (kind.equals("put")) {
                        assertThat(second).as("offset " + i).isEqualTo("HTTP/1.1 502 Bad Gateway");
                        assertThat(requests.get()).as("offset " + i).isEqualTo(1);
                    } else {
                        assertThat(second).as("offset " + i).isEqualTo("HTTP/1.1 200 OK");
                    }
                }
                // The connection on which the response to a repeated GET came must not serve the next round.
                int before = upstream.connections();
                if (kind.equals("get")) {
                    try (Client client = proxy.client()) {
                        client.send(request).read();
                    }
                    assertThat(upstream.connections()).isEqualTo(before + 1);
                }
            }
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }
}

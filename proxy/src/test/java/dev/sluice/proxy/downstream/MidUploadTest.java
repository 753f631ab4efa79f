package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.testing.TestTls;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that send their whole body before they read, as most do, still get the rejection. */
class MidUploadTest {
    private static final int UPLOAD_BYTES = 8 << 20;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int CLIENTS = 100;
    private static final int AT_ONCE = 10;
    private static final String SLOW_DOWN = "HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nslow";

    /** How clients come. */
    private enum By {
        PLAIN,
        TLS_1_3,
        TLS_1_2,
        JAVAS_TLS_1_3,
        JAVAS_TLS_1_2;

        TlsOptions tls() throws IOException {
            return switch (this) {
                case PLAIN -> TlsOptions.NONE;
                case TLS_1_3, TLS_1_2 -> TestTls.forClients(SslProvider.OPENSSL);
                case JAVAS_TLS_1_3, JAVAS_TLS_1_2 -> TestTls.forClients(SslProvider.JDK);
            };
        }

        Client client(ProxyFixture proxy) throws IOException {
            return switch (this) {
                case PLAIN -> proxy.client();
                case TLS_1_3, JAVAS_TLS_1_3 -> new Client(TestTls.connect(proxy.server.address(), "TLSv1.3"));
                case TLS_1_2, JAVAS_TLS_1_2 -> new Client(TestTls.connect(proxy.server.address(), "TLSv1.2"));
            };
        }
    }

    static Stream<Arguments> uploads() {
        Stream<Arguments> usual = Stream.of(By.PLAIN, By.TLS_1_3, By.TLS_1_2)
                .flatMap(by -> Stream.of("refuse", "put")
                        .flatMap(key -> Stream.of(false, true).map(chunked -> Arguments.of(by, key, chunked))));
        Stream<Arguments> java = Stream.of(By.JAVAS_TLS_1_3, By.JAVAS_TLS_1_2)
                .flatMap(by -> Stream.of(Arguments.of(by, "refuse", false), Arguments.of(by, "put", true)));
        return Stream.concat(usual, java);
    }

    @ParameterizedTest
    @MethodSource("uploads")
    void every_client_in_the_middle_of_an_upload_reads_the_503(By by, String key, boolean chunked) throws Exception {
        RecordingUpstream.Script busy = connection -> {
            connection.readHead();
            connection.read(new byte[PIECE_BYTES]);
            connection.write(SLOW_DOWN);
            // RGW closes what it doesn't read to its end.
        };
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try (RecordingUpstream upstream = new RecordingUpstream(busy);
                ProxyFixture proxy = new ProxyFixture(upstream.address(), by.tls())) {
            List<Callable<String>> uploads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                uploads.add(() -> upload(by, proxy, key, chunked));
            }

            List<String> answers = new ArrayList<>();
            for (Future<String> answer : threads.invokeAll(uploads, 2, TimeUnit.MINUTES)) {
                answers.add(answer.get());
            }

            assertThat(answers)
                    .hasSize(CLIENTS)
                    .allSatisfy(answer -> assertThat(answer)
                            .startsWith("HTTP/1.1 503 Slow Down\r\n")
                            .contains("\r\nConnection: close\r\n")
                            .endsWith(key.equals("refuse") ? "</Error>" : "\r\n\r\nslow"));
            await().until(() -> proxy.counters.clientConnections.sum() == 0);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Sends all, and only then reads. */
    private static String upload(By by, ProxyFixture proxy, String key, boolean chunked) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        byte[] size = (Integer.toHexString(PIECE_BYTES) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Client client = by.client(proxy)) {
            client.send("PUT /b/" + key + " HTTP/1.1\r\nHost: s3\r\n"
                    + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + UPLOAD_BYTES) + "\r\n\r\n");
            for (int sent = 0; sent < UPLOAD_BYTES; sent += PIECE_BYTES) {
                if (chunked) {
                    client.send(size);
                }
                client.send(piece);
                if (chunked) {
                    client.send("\r\n");
                }
            }
            if (chunked) {
                client.send("0\r\n\r\n");
            }
            return client.readAll();
        }
    }
}

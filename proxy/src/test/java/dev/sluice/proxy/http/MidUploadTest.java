package dev.sluice.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.http.ProxyFixture.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that learn of a refusal only after they have sent their whole body, as most do, learn of it. */
class MidUploadTest {
    private static final int UPLOAD_BYTES = 8 << 20;
    private static final int PIECE_BYTES = 64 << 10;
    private static final int CLIENTS = 100;
    private static final int AT_ONCE = 10;
    private static final String SLOW_DOWN = "HTTP/1.1 503 Slow Down\r\nContent-Length: 4\r\n\r\nslow";

    @ParameterizedTest
    @CsvSource({"refuse,false", "refuse,true", "put,false", "put,true"})
    void every_client_in_the_middle_of_an_upload_reads_the_503(String key, boolean chunked) throws Exception {
        RecordingUpstream.Script busy = connection -> {
            connection.readHead();
            connection.read(new byte[PIECE_BYTES]);
            connection.write(SLOW_DOWN);
            // RGW closes what it doesn't read to its end.
        };
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try (RecordingUpstream upstream = new RecordingUpstream(busy);
                ProxyFixture proxy = new ProxyFixture(upstream.address())) {
            List<Callable<String>> uploads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                uploads.add(() -> upload(proxy, key, chunked));
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
    private static String upload(ProxyFixture proxy, String key, boolean chunked) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        byte[] size = (Integer.toHexString(PIECE_BYTES) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Client client = proxy.client()) {
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

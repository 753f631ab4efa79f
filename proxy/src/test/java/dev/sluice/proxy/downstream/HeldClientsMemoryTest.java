package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.HoldingGate;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.RecordingUpstream;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients cost that wait for room, with their connections. */
class HeldClientsMemoryTest {
    private static final int CLIENTS = 1_000;
    private static final int BYTES_EACH_MAX = 10 * 1024;
    /** About as long as that of a signed request of an SDK. */
    private static final String HEAD = "GET /bucket/some/object HTTP/1.1\r\nHost: s3.example.com\r\nAuthorization: "
            + "x".repeat(300) + "\r\nUser-Agent: " + "y".repeat(200) + "\r\nX-Amz-Date: 20261128T120000Z\r\n\r\n";

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final HoldingGate gate = new HoldingGate(1, 60_000);
    private final Semaphore responses = new Semaphore(0);
    private RecordingUpstream upstream;
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws IOException {
        // What the detector remembers of each buffer is larger than the buffer.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        upstream = new RecordingUpstream(connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                responses.acquireUninterruptibly();
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        proxy = new ProxyFixture(upstream.address(), options -> options, TlsOptions.NONE, System::nanoTime, gate);
    }

    @AfterEach
    void stop() throws Exception {
        responses.release(2 * CLIENTS);
        proxy.close();
        upstream.close();
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void thousandClientsThatWait_holdTenKibibytesEachAtMost() throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        try {
            // The slot is taken, and all classes are loaded.
            for (int i = 0; i < 100; i++) {
                clients.add(client());
            }
            await().until(() -> gate.waiting() == 99);
            long before = usedBytes();

            for (int i = 0; i < CLIENTS; i++) {
                clients.add(client());
            }
            await().until(() -> gate.waiting() == 99 + CLIENTS);

            long each = (usedBytes() - before) / CLIENTS;
            System.out.println("a client that waits holds " + each + " bytes");
            assertThat(each).isBetween(500L, (long) BYTES_EACH_MAX);
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
        await().until(() -> gate.waiting() == 0);
    }

    private SocketChannel client() throws IOException {
        SocketChannel client = SocketChannel.open(proxy.server.address());
        client.write(ByteBuffer.wrap(HEAD.getBytes(StandardCharsets.ISO_8859_1)));
        return client;
    }

    /** Of the heap and of buffers in use. */
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least + PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
    }
}

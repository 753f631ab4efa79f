package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.StallingUpstream;
import dev.sluice.proxy.testing.SteppedClock;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand clients that stop anywhere and are killed, with or without a reset, before gateways that respond, stall
 * and trickle: nothing of them remains.
 */
class KilledConnectionsTest {
    private static final int CONNECTIONS = Integer.getInteger("sluice.killed.connections", 10_000);
    private static final int AT_ONCE = 400;
    private static final String LENGTH = "Content-Length: ";

    /** What clients send; {@code stall} in a target keeps the gateway from answering, {@code half} from ending. */
    private static final List<String> SCRIPTS = List.of(
            "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n",
            "GET /b/stall HTTP/1.1\r\nHost: s3\r\n\r\n",
            "GET /b/half HTTP/1.1\r\nHost: s3\r\n\r\n",
            "GET /b/large HTTP/1.1\r\nHost: s3\r\n\r\n",
            "GET /refuse HTTP/1.1\r\nHost: s3\r\n\r\n",
            put("/b/k", 30),
            put("/b/stall", 3_000),
            put("/refuse", 300),
            chunkedPut("/b/k"),
            chunkedPut("/b/half"),
            chunkedPut("/refuse"),
            "GET /b/k HTTP/1.1\r\nHost: s3\r\n\r\n".repeat(5) + "GET /b/large HTTP/1.1\r\nHost: s3\r\n\r\n".repeat(3),
            put("/b/k", 10) + "GET /b/half HTTP/1.1\r\nHost: s3\r\n\r\n" + put("/b/k", 10),
            "PUT /b/k HTTP/1.1\r\nHost: s3\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n0123456789",
            "garbage\r\n\r\n");

    private static String put(String target, int bytes) {
        return "PUT " + target + " HTTP/1.1\r\nHost: s3\r\n" + LENGTH + bytes + "\r\n\r\n" + "x".repeat(bytes);
    }

    private static String chunkedPut(String target) {
        return "PUT " + target + " HTTP/1.1\r\nHost: s3\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n".repeat(20) + "0\r\n\r\n";
    }

    private static void killAll(List<Client> clients, Random random) throws IOException {
        Collections.shuffle(clients, random);
        for (Client client : clients) {
            if (random.nextBoolean()) {
                client.reset();
            } else {
                client.close();
            }
        }
    }

    private static Client openAndStall(ProxyFixture proxy, Random random) throws IOException {
        Client client = proxy.client();
        String script = SCRIPTS.get(random.nextInt(SCRIPTS.size()));
        // Mostly the whole of it, so that answers are met on their way too.
        int length = random.nextInt(3) == 0 ? random.nextInt(script.length()) : script.length();
        try {
            client.send(script.substring(0, length));
        } catch (IOException e) {
            // Refused already, and reset.
        }
        return client;
    }

    @Test
    void clients_that_are_killed_anywhere_leave_no_connection_and_no_buffer_behind() throws Exception {
        long seed = Long.getLong("sluice.killed.seed", System.nanoTime());
        Random random = new Random(seed);
        SteppedClock clock = new SteppedClock();
        try (StallingUpstream upstream = new StallingUpstream();
                ProxyFixture proxy = new ProxyFixture(upstream.address(), options -> options, clock::now)) {
            long pinnedBefore = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            for (int opened = 0; opened < CONNECTIONS; opened += AT_ONCE) {
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    clients.add(openAndStall(proxy, random));
                }
                if (random.nextBoolean()) {
                    await().until(() -> proxy.counters.clientConnections.sum() > 0);
                }
                killAll(clients, random);
            }

            // A client that closed may just have shut its side: it is waited for until its gateway's time is up. Some
            // may not even have been accepted at the first look, so time goes on until nothing is left of any.
            await("seed " + seed).untilAsserted(() -> {
                clock.advanceMillis(31_000);
                assertThat(proxy.counters.clientConnections.sum()).isZero();
                assertThat(proxy.counters.exchanges.sum()).isZero();
                assertThat(upstream.open()).isZero();
                assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo(pinnedBefore);
            });
            assertThat(proxy.counters.forwarded.sum()).as("seed " + seed).isGreaterThan(CONNECTIONS / 4);
            try (Client client = proxy.client()) {
                assertThat(client.send(SCRIPTS.get(0)).read().statusLine()).isEqualTo("HTTP/1.1 200 OK");
            }
        }
    }
}

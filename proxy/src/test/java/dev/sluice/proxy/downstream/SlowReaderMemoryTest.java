package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.proxy.loop.ReadBudget;
import dev.sluice.proxy.testing.ProxyFixture;
import dev.sluice.proxy.testing.ProxyFixture.Client;
import dev.sluice.proxy.testing.ProxyFixture.ClientResponse;
import dev.sluice.proxy.testing.RecordingUpstream;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A slow reader of 5 GiB, of which the gateway makes up each byte as it is taken: a real one would need the disk, and
 * what the proxy does with the bytes is the same.
 */
class SlowReaderMemoryTest {
    private static final long SIZE = 5L << 30;
    private static final int PIECE = 32 << 10;
    private static final int ROUNDS = 500;
    private static final String OTHERS_BODY = "x".repeat(PIECE);
    /**
     * Of the slow one a largest read, of which less is left to write than makes its channel unwritable, and the largest
     * read that follows it; of the other what it asks for in both directions, by its reads' sizes.
     */
    private static final long BOUND = 2L * ReadBudget.READ_BYTES_MAX + 2 * (2 * PIECE);

    @Test
    void slow_reader_of_much_holds_little_and_takes_nothing_from_others() throws Exception {
        AtomicLong written = new AtomicLong();
        RecordingUpstream.Script script = connection -> {
            for (String head = connection.readHead(); !head.isEmpty(); head = connection.readHead()) {
                if (!head.contains("/b/huge ")) {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + PIECE + "\r\n\r\n" + OTHERS_BODY);
                    continue;
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + SIZE + "\r\n\r\n");
                byte[] part = new byte[64 << 10];
                for (long left = SIZE; left > 0; left -= part.length) {
                    connection.write(part);
                    written.addAndGet(part.length);
                }
            }
        };
        try (RecordingUpstream upstream = new RecordingUpstream(script);
                ProxyFixture proxy = new ProxyFixture(upstream.address());
                Client slow = proxy.client();
                Client other = proxy.client()) {
            long before = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
            slow.send("GET /b/huge HTTP/1.1\r\nHost: s3\r\n\r\n");
            slow.readHead();
            ProxyFixture.awaitStandstill(written);
            byte[] piece = new byte[PIECE];
            long taken = 0;
            for (int i = 0; i < ROUNDS; i++) {
                // In step, not by the clock: a piece for the slow one, a whole response for the other.
                taken += slow.read(piece);
                ClientResponse answer =
                        other.send("GET /b/small HTTP/1.1\r\nHost: s3\r\n\r\n").read();

                assertThat(answer.body()).isEqualTo(OTHERS_BODY);
                assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - before)
                        .isLessThan(BOUND);
            }

            assertThat(taken).isGreaterThan(1 << 20);
            // What left the gateway beyond that lies in buffers of the kernel.
            assertThat(written.get() - taken).isLessThan(64 << 20);
            slow.reset();
            await().until(() -> proxy.counters.exchanges.sum() == 0);
        }
    }
}

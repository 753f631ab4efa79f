package dev.sluice.sync.zmq;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent.ZEventConsummer;
import org.zeromq.ZMQ;

/** On real threads of ZeroMQ; the time is the test's. */
class IoProbeTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void threadThatWorks_answers() {
        try (ZContext context = new ZContext()) {
            IoProbe probe = new IoProbe(context);
            long now = 0;
            for (int asked = 0; asked < 5; asked++) {
                for (int look = 0; look < 5; look++) {
                    now += SECOND;
                    probe.check(now);
                }
                await().until(probe::isAnswered);
                long next = now + SECOND;
                assertThatCode(() -> probe.check(next)).doesNotThrowAnyException();
                now = next;
            }
        }
    }

    @Test
    @Timeout(60)
    void threadThatHangs_isNoticedAndItsSocketsAreLeftBehind() {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        ZContext context = new ZContext();
        SocketContext sockets = new SocketContext(context);
        ZMQ.Socket socket = context.createSocket(SocketType.PAIR);
        ZEventConsummer hanging = event -> {
            hangs.countDown();
            awaitUninterruptibly(goOn);
        };
        socket.setEventHook(hanging, ZMQ.EVENT_CONNECT_DELAYED | ZMQ.EVENT_CONNECT_RETRIED);
        socket.connect("tcp://127.0.0.1:1");
        awaitUninterruptibly(hangs);

        assertThatThrownBy(() -> {
                    for (int look = 1; look < 30; look++) {
                        sockets.check(look * SECOND);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hangs");

        // It does not wait for the thread for ever.
        sockets.close();
        goOn.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

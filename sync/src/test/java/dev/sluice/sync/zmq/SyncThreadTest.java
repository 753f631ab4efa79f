package dev.sluice.sync.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SyncThreadTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger failuresLeft = new AtomicInteger();

    private final SyncThread worker = new SyncThread(
            "test",
            new SyncThread.Task() {
                @Override
                public void runCycle() {
                    if (failuresLeft.getAndDecrement() > 0) {
                        throw new IllegalStateException("broken");
                    }
                    calls.add("turn");
                    Thread.onSpinWait();
                }

                @Override
                public void finish() {
                    calls.add("finish");
                }

                @Override
                public void close() {
                    calls.add("close");
                }
            },
            System::nanoTime);

    @Test
    void failingTask_isClosedAndGoesOn() throws InterruptedException {
        failuresLeft.set(2);

        Thread thread = worker.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> calls.contains("turn"));
        worker.stop();
        thread.join();

        assertThat(calls).startsWith("close", "close", "turn").endsWith("finish", "close");
        assertThat(worker.failures()).isEqualTo(2);
        assertThat(worker.lastFailure()).contains("broken");
    }

    @Test
    void stopDuringBackOff_endsAtOnce() throws InterruptedException {
        failuresLeft.set(Integer.MAX_VALUE);

        Thread thread = worker.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> worker.failures() > 1);
        worker.stop();
        thread.join(Duration.ofSeconds(30).toMillis());

        assertThat(thread.isAlive()).isFalse();
        assertThat(calls).doesNotContain("turn");
    }
}

package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Sharing;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Charges that come while a limit changes its meter, or its sharing. */
class ChangedMeterTest {
    private static final int CHARGES = 100_000;
    private static final OperationRateLimit WINDOW = Limit.perSecond(1_000_000, MeterAlgorithm.WINDOW);
    private static final OperationRateLimit BUCKET = Limit.perSecond(1_000_000, MeterAlgorithm.BUCKET);

    @Test
    void remoteUse_isNotLost_whileTheMeterAndTheSharingChange() throws InterruptedException {
        LedgerFixture node = LedgerFixture.of(WINDOW, 2);
        CountDownLatch begin = new CountDownLatch(1);
        Thread receiver = new Thread(() -> {
            await(begin);
            for (int i = 0; i < CHARGES; i++) {
                node.ledger.applyRemote(node.peer, 1, 10, node.now);
            }
        });
        receiver.start();

        begin.countDown();
        for (int i = 0; receiver.isAlive(); i++) {
            OperationRateLimit meter = i % 2 == 0 ? BUCKET : WINDOW;
            node.ledger.change(i % 4 < 2 ? meter : meter.with(Sharing.NONE), node.now);
        }
        receiver.join();
        node.ledger.settle(node.now);

        assertThat(node.ledger.remote()).isEqualTo(CHARGES);
        assertThat(node.ledger.meter().used(node.now)).isGreaterThanOrEqualTo(CHARGES);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

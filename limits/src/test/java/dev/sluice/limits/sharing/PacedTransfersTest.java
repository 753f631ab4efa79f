package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PacedTransfersTest {
    private static final long MIB = 1 << 20;

    private static LedgerFixture perSecond(long bytes, int nodes) {
        return LedgerFixture.of(Limit.bytesPerSecond(bytes, MeterAlgorithm.WINDOW), nodes);
    }

    private static TransferQueue queue(LedgerFixture node) {
        return Objects.requireNonNull(node.ledger.queue());
    }

    @Test
    void request_isAdmittedWithoutACharge() {
        LedgerFixture node = perSecond(MIB, 2);

        assertThat(node.ledger.tryTake(node.ledger.meter(), 0, node.now)).isTrue();
        assertThat(node.ledger.charged()).isZero();
    }

    @Test
    void deferredCharges_refuseRequests_untilTheyArePaid() {
        LedgerFixture node = perSecond(MIB, 1);
        queue(node).deferCharge(4 * MIB);

        assertThat(node.ledger.hasRoom(0, node.now)).isFalse();
        assertThat(node.ledger.waitNanos(node.now)).isPositive();

        node.now += 5 * LedgerFixture.SECOND;

        assertThat(node.ledger.hasRoom(0, node.now)).isTrue();
        assertThat(node.ledger.waitNanos(node.now)).isZero();
    }

    @Test
    void waitingTransfer_demandsTheWholeLimit() {
        LedgerFixture node = perSecond(MIB, 2);
        TransferQueue queue = queue(node);
        queue.reserve((int) (4 * MIB));
        long place = queue.reserve(1_024);
        assertThat(queue.isServed(place)).isFalse();

        node.interval(0, 0);

        assertThat(node.ledger.demand()).isCloseTo((double) MIB, Offset.offset(0.002 * MIB));
        assertThat(node.ledger.isIdle()).isFalse();
    }

    @Test
    void movedBytes_areChargedAndReported() {
        LedgerFixture node = perSecond(MIB, 2);

        node.ledger.chargeMoved(10_000, node.now);

        assertThat(node.ledger.admitted()).isEqualTo(10_000);
        assertThat(node.ledger.meter().used(node.now)).isEqualTo(10_000);
    }

    @Test
    void idleLimitOnBytes_hasNoFastPath() {
        LedgerFixture node = perSecond(MIB, 2);
        node.interval(0, 0);
        node.interval(0, 0);
        assertThat(node.ledger.isIdle()).isTrue();
        queue(node).deferCharge(4 * MIB);

        assertThat(node.ledger.tryTake(node.ledger.meter(), 0, node.now)).isFalse();
    }
}

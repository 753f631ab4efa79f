package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.ByteRateLimit.ByteEnforcement;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.Sharing;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final OperationRateLimit TEN = Limit.perSecond(10, MeterAlgorithm.WINDOW);

    @Test
    void unsharedLimit_chargesRemoteUseAtOnce_andReportsNoDemand() {
        LedgerFixture node = LedgerFixture.of(TEN.with(Sharing.NONE), 2);

        node.ledger.applyRemote(node.peer, 7, 100, node.now);
        node.ledger.measure(node.now + LedgerFixture.INTERVAL);

        assertThat(node.admitted(10)).isEqualTo(3);
        assertThat(node.ledger.demand()).isZero();
        assertThat(node.ledger.remoteUseNanos()).isEqualTo(node.now);
    }

    @Test
    void localLimit_ignoresRemoteUse() {
        LedgerFixture node = LedgerFixture.of(TEN.with(Sharing.LOCAL), 2);

        node.ledger.applyRemote(node.peer, 7, 100, node.now);

        assertThat(node.admitted(20)).isEqualTo(10);
        assertThat(node.ledger.remote()).isZero();
    }

    @Test
    void changedSharing_keepsWhatWasCharged() {
        LedgerFixture node = LedgerFixture.of(TEN.with(Sharing.NONE), 1);
        node.admitted(4);

        node.ledger.change(TEN, node.now);
        assertThat(node.admitted(10)).isEqualTo(6);

        node.ledger.change(TEN.with(Sharing.NONE), node.now);
        assertThat(node.admitted(10)).isZero();
        assertThat(node.ledger.admitted()).isEqualTo(10);
    }

    @Test
    void liftedLimit_holdsNoTransfers() {
        LedgerFixture node = LedgerFixture.of(Limit.bytesPerSecond(1_000, MeterAlgorithm.WINDOW), 1);
        assertThat(node.ledger.queue()).isNotNull();

        node.ledger.lift(node.now);

        assertThat(node.ledger.queue()).isNull();
        assertThat(node.ledger.isCurrent()).isFalse();
    }

    @Test
    void byteLimitThatDefers_holdsNoTransfers() {
        LedgerFixture node = LedgerFixture.of(
                Limit.bytesPerSecond(1_000, MeterAlgorithm.WINDOW).with(ByteEnforcement.DEFER), 1);

        assertThat(node.ledger.queue()).isNull();
        assertThat(node.ledger.waiting()).isZero();
    }

    @Test
    void deferredCharge_refusesUntilTheLimitHasPaidForIt() {
        LedgerFixture node = LedgerFixture.of(TEN.with(Sharing.NONE), 1);
        node.admitted(1);

        node.ledger.deferCharge(29, node.now);

        assertThat(node.ledger.hasRoom(1, node.now)).isFalse();
        assertThat(node.ledger.waitNanos(node.now)).isEqualTo(2 * LedgerFixture.SECOND);
        node.now += 5 * LedgerFixture.SECOND / 2;
        assertThat(node.ledger.hasRoom(1, node.now)).isTrue();
    }

    @Test
    void refund_leavesTheReportedCountWhereItWas() {
        LedgerFixture node = LedgerFixture.of(TEN.with(Sharing.NONE), 1);
        node.admitted(3);
        assertThat(node.ledger.admitted()).isEqualTo(3);

        node.ledger.refund(node.ledger.meter(), 1, node.now, node.now);

        assertThat(node.ledger.admitted()).isEqualTo(3);
        assertThat(node.admitted(10)).isEqualTo(8);
        assertThat(node.ledger.admitted()).isEqualTo(10);
    }
}

package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PacedOperationsTest {
    private static LedgerFixture perSecond(long amount, int nodes) {
        return LedgerFixture.of(Limit.perSecond(amount, MeterAlgorithm.WINDOW), nodes);
    }

    @Test
    void singleNode_takesTheWholeLimitAtOnce() {
        LedgerFixture node = perSecond(1_000, 1);

        assertThat(node.admitted(2_000)).isEqualTo(1_000);
        assertThat(node.ledger.excessBound(node.now)).isZero();
    }

    @Test
    void equalDemands_shareTheLimitEvenly() {
        LedgerFixture node = perSecond(1_000, 2);
        long admitted = 0;

        for (int i = 0; i < 1_000; i++) {
            node.now += LedgerFixture.INTERVAL / 10;
            long now = node.admitted(10);
            admitted += i < 500 ? 0 : now;
            if (i % 10 == 9) {
                node.report(50, 1_000);
            }
        }

        assertThat((double) admitted).isCloseTo(5 * 500, Offset.offset(100.0));
        assertThat(node.ledger.demand()).isCloseTo(1_000, Offset.offset(10.0));
    }

    @Test
    void peerWithoutDemand_leavesItsPart() {
        LedgerFixture node = perSecond(1_000, 2);
        long admitted = 0;

        for (int i = 0; i < 50; i++) {
            long now = node.admitted(90);
            admitted += i < 30 ? 0 : now;
            node.interval(0, 0);
        }

        assertThat(admitted).isEqualTo(20 * 90);
    }

    @Test
    void remoteUse_isPendingUntilADecisionNeedsIt() {
        LedgerFixture node = perSecond(1_000, 2);
        node.admitted(50);
        node.interval(300, 500);
        node.ledger.applyRemote(node.peer, 20, 500, node.now);
        long used = node.ledger.meter().used(node.now);

        node.ledger.settle(node.now);

        assertThat(node.ledger.meter().used(node.now)).isEqualTo(used + 20);
        assertThat(node.ledger.remote()).isEqualTo(320);
    }

    @Test
    void littleUsedLimit_isIdle_untilItIsUsedAgain() {
        LedgerFixture node = perSecond(1_000, 2);
        node.admitted(1);
        node.interval(0, 0);
        node.interval(0, 0);
        assertThat(node.ledger.isIdle()).isTrue();
        assertThat(node.ledger.isFarBelowLimit()).isTrue();

        node.interval(400, 800);

        assertThat(node.ledger.isIdle()).isFalse();
        assertThat(node.ledger.isFarBelowLimit()).isFalse();
    }

    @Test
    void idleLimit_admitsAHandfulWithoutTheShares_andThenAsksThem() {
        LedgerFixture node = perSecond(10_000, 2);
        node.interval(0, 0);
        node.interval(0, 0);

        node.now += LedgerFixture.INTERVAL / 2;
        assertThat(node.admitted(10)).isEqualTo(10);
        assertThat(node.urgentUpdates).isZero();

        assertThat(node.admitted(400)).isEqualTo(400);
        node.now += LedgerFixture.INTERVAL / 100;
        node.admitted(1);
        assertThat(node.urgentUpdates).isPositive();
    }

    @Test
    void usedUpLimit_namesAWait() {
        LedgerFixture node = perSecond(100, 2);
        for (int i = 0; i < 20; i++) {
            node.admitted(50);
            node.interval(5, 500);
        }
        node.admitted(50);

        assertThat(node.ledger.hasRoom(1, node.now)).isFalse();
        assertThat(node.ledger.waitNanos(node.now)).isBetween(1L, 2 * LedgerFixture.SECOND);
        assertThat(node.ledger.isRecentlyRejecting()).isTrue();
    }

    @Test
    void partOfALimit_isNearlyUsedUp_whenLittleOfThePartIsLeft() {
        LedgerFixture node = perSecond(1_000, 4);
        node.cluster.updateMembership(new Membership(4, 8, 0.5), node.now);
        node.ledger.updateMembership(node.now);
        // A burst, of more than the part that is 500.
        node.interval(600, 1_000);
        for (int i = 0; i < 11; i++) {
            node.interval(0, 1_000);
        }

        node.interval(390, 1_000);
        assertThat(node.ledger.meter().room(node.now)).isEqualTo(110);
        assertThat(node.ledger.isNearLimit()).isFalse();

        node.interval(60, 1_000);

        assertThat(node.ledger.isNearLimit()).isTrue();
    }

    @Test
    void excessBound_isPositiveWithPeers_andGoesWithThem() {
        LedgerFixture node = perSecond(1_000, 4);
        assertThat(node.ledger.excessBound(node.now)).isBetween(1.0, 4_000.0);

        node.cluster.updateMembership(Membership.ALONE, node.now);
        node.ledger.updateMembership(node.now);

        assertThat(node.ledger.excessBound(node.now)).isZero();
    }

    @Test
    void smallLimit_reportsEachOperation_onlyWhenNearlyUsedUp() {
        LedgerFixture node = perSecond(40, 4);
        node.admitted(1);
        assertThat(node.urgentUpdates).isZero();

        node.interval(35, 40);
        int before = node.urgentUpdates;
        assertThat(node.admitted(1)).isEqualTo(1);

        assertThat(node.urgentUpdates).isGreaterThan(before);
        assertThat(node.ledger.isNearLimit()).isTrue();
    }

    @Test
    void smallerLimitThanNodes_reportsTheFirstOperation() {
        LedgerFixture node = perSecond(5, 16);
        node.interval(0, 1);

        assertThat(node.admitted(1)).isEqualTo(1);

        assertThat(node.urgentUpdates).isPositive();
    }

    @Test
    void largerLimit_reportsNothingAtOnce_withoutABurst() {
        LedgerFixture node = perSecond(1_000, 4);
        for (int i = 0; i < 9; i++) {
            node.interval(99, 1_000);
        }
        int before = node.urgentUpdates;

        node.admitted(3);

        assertThat(node.urgentUpdates).isEqualTo(before);
        assertThat(node.ledger.isNearLimit()).isFalse();
    }
}

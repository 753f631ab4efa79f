package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one of two nodes does with its part of a limit a minute, an hour or a day. */
class DividedRoomTest {
    private static LedgerFixture ofTwo(long amount, long seconds) {
        LedgerFixture node =
                LedgerFixture.of(Limit.rate(amount, seconds * LedgerFixture.SECOND, MeterAlgorithm.WINDOW), 2);
        node.cluster.addPeer(1, node.peer);
        return node;
    }

    @ParameterizedTest
    @ValueSource(longs = {60, 3_600, 86_400})
    void idleLimit_canBeSpentToTheHalf_atOnce(long seconds) {
        LedgerFixture node = ofTwo(1_000, seconds);

        assertThat(node.admitted(1_000)).isEqualTo(500);
    }

    @Test
    void roomOfAnIdlePeer_comesWithItsReports() {
        LedgerFixture node = ofTwo(1_000, 3_600);
        int admitted = node.admitted(1_000);

        for (int i = 0; i < 20; i++) {
            node.interval(0, 0);
            admitted += node.admitted(1_000);
        }

        assertThat(admitted).isEqualTo(1_000);
    }

    @Test
    void nothingIsDividedAnew_untilThePeerHasReported() {
        LedgerFixture node = ofTwo(1_000, 3_600);
        node.admitted(1_000);

        // This node reports, and receives nothing.
        for (int i = 0; i < 3; i++) {
            node.now += LedgerFixture.INTERVAL;
            node.ledger.measure(node.now);
            assertThat(node.admitted(10)).isZero();
        }
        node.interval(0, 0);
        node.interval(0, 0);

        assertThat(node.admitted(10)).isEqualTo(10);
    }

    @Test
    void nothingIsDividedAnew_whileTheReportIsDeferred() {
        LedgerFixture node = ofTwo(1_000, 3_600);
        assertThat(node.admitted(1_000)).isEqualTo(500);

        for (int i = 0; i < 5; i++) {
            node.interval(0, 0);
            node.ledger.reportDeferred();
            assertThat(node.admitted(10)).isZero();
        }
        node.interval(0, 0);
        node.interval(0, 0);

        assertThat(node.admitted(10)).isEqualTo(10);
    }

    @Test
    void reportThatLeft_isAwaited_thoughTheNextOneIsDeferred() {
        LedgerFixture node = ofTwo(1_000, 3_600);
        node.admitted(1_000);
        node.now += LedgerFixture.INTERVAL;
        node.ledger.measure(node.now);
        node.now += LedgerFixture.INTERVAL;
        node.ledger.measure(node.now);
        node.ledger.reportDeferred();

        node.interval(0, 0);

        assertThat(node.admitted(10)).isEqualTo(10);
    }

    @Test
    void usedUpLimit_isNotExceeded_whateverThePeerReported() {
        LedgerFixture node = ofTwo(100, 60);
        int admitted = 0;
        int peerAdmitted = 0;
        for (int i = 0; i < 100; i++) {
            int more = i < 30 ? 1 : 0;
            peerAdmitted += more;
            node.interval(more, 10);
            admitted += node.admitted(2);
        }
        assertThat(admitted + peerAdmitted).isBetween(99, 100);
    }

    @Test
    void firstRequest_ofAnIdleLimitThatIsSmallerThanTheCluster_isAdmitted() {
        LedgerFixture node = LedgerFixture.of(Limit.rate(3, 3_600 * LedgerFixture.SECOND, MeterAlgorithm.WINDOW), 16);

        assertThat(node.admitted(3)).isEqualTo(1);
    }
}

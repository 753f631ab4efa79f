package dev.sluice.limits.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import org.junit.jupiter.api.Test;

class SharedSlotsTest {
    @Test
    void singleNode_hasAllSlots() {
        LedgerFixture node = LedgerFixture.of(Limit.concurrent(8), 1);

        assertThat(node.admitted(20)).isEqualTo(8);
    }

    @Test
    void equalDemands_haveHalfOfTheSlotsEach() {
        LedgerFixture node = LedgerFixture.of(Limit.concurrent(8), 2);
        for (int i = 0; i < 5; i++) {
            node.admitted(8);
            node.interval(0, 8);
            for (long inFlight = node.ledger.admitted(); inFlight > 0; inFlight--) {
                node.ledger.meter().refund(1, node.now, node.now);
                node.ledger.commit(-1);
            }
        }

        assertThat(node.admitted(8)).isEqualTo(4);
    }

    @Test
    void refusal_isUrgentOnce_untilItIsMeasured() {
        LedgerFixture node = LedgerFixture.of(Limit.concurrent(2), 1);
        node.admitted(5);
        assertThat(node.urgentUpdates).isEqualTo(1);

        node.interval(0, 0);
        assertThat(node.ledger.demand()).isEqualTo(2);
        node.admitted(1);

        assertThat(node.urgentUpdates).isEqualTo(2);
    }

    @Test
    void requestsInFlightOnThePeer_takeRoomOfTheMeter() {
        LedgerFixture node = LedgerFixture.of(Limit.concurrent(4), 1);

        node.ledger.applyRemote(node.peer, 3, 3, node.now);
        assertThat(node.admitted(4)).isEqualTo(1);

        node.ledger.applyRemote(node.peer, -2, 1, node.now);
        assertThat(node.admitted(4)).isEqualTo(2);
    }

    @Test
    void refusedRequests_returnOverSomeSeconds() {
        LedgerFixture node = LedgerFixture.of(Limit.concurrent(1), 1);
        node.admitted(1);
        long wait = node.ledger.waitNanos(node.now);
        long first = Long.MAX_VALUE;
        long last = 0;
        for (int i = 0; i < 100; i++) {
            long returns = node.ledger.returnNanos(wait, node.now);
            first = Math.min(first, returns);
            last = Math.max(last, returns);
        }

        assertThat(first).isGreaterThanOrEqualTo(wait);
        assertThat(last - first).isBetween(Limit.SECOND_NANOS, 3 * Limit.SECOND_NANOS);
    }
}

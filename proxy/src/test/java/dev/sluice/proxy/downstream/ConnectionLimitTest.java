package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What becomes of connections at and beyond the limit. */
class ConnectionLimitTest {
    private final ConnectionLimit limit = new ConnectionLimit(2);

    @Test
    void connections_areServed_thenGetAResponse_thenAreDropped() {
        assertThat(limit.enter()).isEqualTo(ConnectionSlot.SERVED);
        assertThat(limit.enter()).isEqualTo(ConnectionSlot.SERVED);
        for (int i = 0; i < ConnectionLimit.overLimitMax(2); i++) {
            assertThat(limit.enter()).isEqualTo(ConnectionSlot.OVER_LIMIT);
        }
        assertThat(limit.enter()).isEqualTo(ConnectionSlot.DROPPED);
    }

    @Test
    void slot_isFreeAgain_whenItsConnectionLeaves() {
        limit.enter();
        limit.enter();
        ConnectionSlot over = limit.enter();

        limit.leave(over);
        limit.leave(ConnectionSlot.SERVED);

        assertThat(limit.enter()).isEqualTo(ConnectionSlot.SERVED);
        assertThat(limit.enter()).isEqualTo(ConnectionSlot.OVER_LIMIT);
    }

    @Test
    void droppedConnection_freesNothing() {
        limit.enter();
        limit.enter();

        limit.leave(ConnectionSlot.DROPPED);

        assertThat(limit.enter()).isEqualTo(ConnectionSlot.OVER_LIMIT);
    }

    @Test
    void connectionsBeyondTheLimit_areAPartOfIt_butSomeInAnyCase() {
        assertThat(ConnectionLimit.overLimitMax(1)).isEqualTo(16);
        assertThat(ConnectionLimit.overLimitMax(1600)).isEqualTo(100);
    }
}

package dev.sluice.proxy.downstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.common.IpAddress;
import org.junit.jupiter.api.Test;

/** What becomes of connections at and beyond the limit. */
class ConnectionLimitTest {
    private static final IpAddress ALICE = IpAddress.parse("10.0.0.1").orElseThrow();
    private static final IpAddress BOB = IpAddress.parse("10.0.0.2").orElseThrow();

    private final ConnectionLimit limit = new ConnectionLimit(2);

    @Test
    void connections_areServed_thenGetAResponse_thenAreDropped() {
        assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.SERVED);
        assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.SERVED);
        for (int i = 0; i < ConnectionLimit.overLimitMax(2); i++) {
            assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.OVER_LIMIT);
        }
        assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.DROPPED);
    }

    @Test
    void slot_isFreeAgain_whenItsConnectionLeaves() {
        limit.enter(ALICE);
        limit.enter(ALICE);
        ConnectionSlot over = limit.enter(ALICE);

        limit.leave(over, ALICE);
        limit.leave(ConnectionSlot.SERVED, ALICE);

        assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.SERVED);
        assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.OVER_LIMIT);
    }

    @Test
    void droppedConnection_freesNothing() {
        limit.enter(ALICE);
        limit.enter(ALICE);

        limit.leave(ConnectionSlot.DROPPED, ALICE);

        assertThat(limit.enter(ALICE)).isEqualTo(ConnectionSlot.OVER_LIMIT);
    }

    @Test
    void connectionsBeyondTheLimit_areAPartOfIt_butSomeInAnyCase() {
        assertThat(ConnectionLimit.overLimitMax(1)).isEqualTo(16);
        assertThat(ConnectionLimit.overLimitMax(1600)).isEqualTo(100);
    }

    @Test
    void oneClient_leavesAQuarterOfThePlacesToOthers() {
        var large = new ConnectionLimit(100);
        for (int i = 0; i < 75; i++) {
            assertThat(large.enter(ALICE)).isEqualTo(ConnectionSlot.SERVED);
        }

        assertThat(large.enter(ALICE)).isNotEqualTo(ConnectionSlot.SERVED);
        assertThat(large.mayDisplaceOthers(ALICE)).isFalse();
        for (int i = 0; i < 25; i++) {
            assertThat(large.enter(BOB)).isEqualTo(ConnectionSlot.SERVED);
        }
        assertThat(large.mayDisplaceOthers(BOB)).isFalse();

        large.leave(ConnectionSlot.SERVED, BOB);
        assertThat(large.enter(BOB)).isEqualTo(ConnectionSlot.SERVED);
    }

    @Test
    void anIpv6Network_isOneClient() {
        var large = new ConnectionLimit(100);
        for (int i = 0; i < 75; i++) {
            large.enter(IpAddress.parse("2001:db8::" + i).orElseThrow());
        }

        assertThat(large.enter(IpAddress.parse("2001:db8::ffff").orElseThrow())).isNotEqualTo(ConnectionSlot.SERVED);
        assertThat(large.enter(IpAddress.parse("2001:db8:0:1::1").orElseThrow()))
                .isEqualTo(ConnectionSlot.SERVED);
    }

    @Test
    void aProxy_mayTakeAllPlaces() {
        var large = new ConnectionLimit(100);
        for (int i = 0; i < 100; i++) {
            assertThat(large.enter(IpAddress.UNSPECIFIED)).isEqualTo(ConnectionSlot.SERVED);
        }
        assertThat(large.enter(IpAddress.UNSPECIFIED)).isNotEqualTo(ConnectionSlot.SERVED);
    }
}

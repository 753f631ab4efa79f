package dev.sluice.proxy.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a drain closes idle clients. */
class DrainStateTest {
    private static final long SECOND = 1_000_000_000L;

    private final DrainState drain = new DrainState();

    @Test
    void idleClient_isKept_untilTheSecondStep() {
        assertThat(drain.isDraining()).isFalse();
        drain.begin();

        assertThat(drain.isDraining()).isTrue();
        assertThat(drain.isOverdue(0, 100 * SECOND)).isFalse();
    }

    @Test
    void idleClient_hasASecondFromTheSecondStepOn_howeverLongItWasIdleBefore() {
        drain.begin();
        drain.closeIdle(50 * SECOND);

        assertThat(drain.isOverdue(0, 51 * SECOND)).isFalse();
        assertThat(drain.isOverdue(0, 51 * SECOND + 1)).isTrue();
    }

    @Test
    void clientThatWasServedSince_hasASecondFromThenOn() {
        drain.begin();
        drain.closeIdle(50 * SECOND);

        assertThat(drain.isOverdue(53 * SECOND, 54 * SECOND)).isFalse();
        assertThat(drain.isOverdue(53 * SECOND, 54 * SECOND + 1)).isTrue();
    }
}

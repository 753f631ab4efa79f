package dev.sluice.proxy.admin.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The last 900 seconds of a number. */
class SecondsRingTest {
    @Test
    void lastValues_areKept_andNoneBeforeTheFirst() {
        SecondsRing ring = new SecondsRing(10);
        for (long tick = 10; tick < 2_000; tick++) {
            ring.set(tick, tick);
        }

        assertThat(ring.get(1_999)).isEqualTo(1_999);
        assertThat(ring.get(1_100)).isEqualTo(1_100);
        assertThat(ring.get(1_099)).isNaN();
        assertThat(ring.get(2_000)).isNaN();
        assertThat(ring.series(1_999))
                .hasSize(900)
                .startsWith(Optional.of(1_100L))
                .endsWith(Optional.of(1_999L));
        assertThat(new SecondsRing(10).series(10)).hasSize(1);
    }

    @Test
    void ticksLeftOut_areNotKnown() {
        SecondsRing ring = new SecondsRing(1);
        ring.set(1, 4);
        ring.set(4, 2);

        assertThat(ring.series(4))
                .containsExactly(Optional.of(4L), Optional.empty(), Optional.empty(), Optional.of(2L));
        assertThat(ring.series(6)).hasSize(6).endsWith(Optional.empty());
        assertThat(ring.mean(5, 5)).isEqualTo(1.2);
    }

    @Test
    void zeros_areAnEmptySeries() {
        SecondsRing ring = new SecondsRing(1);
        ring.set(1, 0);
        ring.set(2, Double.NaN);

        assertThat(ring.seriesUnlessZero(2)).isEmpty();
        assertThat(ring.isQuiet(2)).isTrue();
        ring.set(3, 0.25);
        assertThat(ring.seriesUnlessZero(3)).hasSize(3);
        assertThat(ring.isQuiet(3)).isFalse();
    }
}

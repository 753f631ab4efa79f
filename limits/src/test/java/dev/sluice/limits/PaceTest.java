package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Of 300 a second; 33 between two reports. */
class PaceTest {
    private static final Tuning WINDOW = tuning(Limit.perSecond(300, MeterKind.WINDOW));

    private static Tuning tuning(Limit limit) {
        return Tuning.of(limit, Dimension.Unit.OPERATIONS, 100_000_000);
    }

    /** Of one of so many nodes that all ask for the same. */
    private static Share share(int nodes, double times) {
        double level = 300.0 / nodes;
        double demand = times * level;
        return times <= 1 ? new Share(300, 300, level, 1, 1) : new Share(300, level, level, level / demand, 1 / times);
    }

    @Test
    void aTokenBetweenReports_flows() {
        assertThat(Pace.of(WINDOW, share(16, 0.5))).isEqualTo(Pace.EVENLY);
        assertThat(Pace.of(WINDOW, share(16, 10))).isEqualTo(Pace.EVENLY);
    }

    @Test
    void less_comesSingly_whereFarMoreIsAskedFor() {
        assertThat(Pace.of(WINDOW, share(64, 2))).isEqualTo(Pace.SINGLY);
        assertThat(Pace.of(WINDOW, share(64, 100))).isEqualTo(Pace.SINGLY);
    }

    @Test
    void less_drawsLots_whereAboutAsMuchIsAskedFor() {
        assertThat(Pace.of(WINDOW, share(64, 1.1))).isEqualTo(Pace.LOTS);
    }

    @Test
    void who_asksForLessThanTheLevel_isNotMadeToWaitForTheOthers() {
        assertThat(Pace.of(WINDOW, new Share(300, 4.7, 2, 1, 0.1))).isEqualTo(Pace.LOTS);
    }

    @Test
    void farLess_drawsLots_whateverIsAskedFor() {
        assertThat(Pace.of(WINDOW, share(256, 10))).isEqualTo(Pace.LOTS);
    }

    @Test
    void bucket_neverComesSingly() {
        assertThat(Pace.of(tuning(Limit.perSecond(300, MeterKind.BUCKET)), share(64, 10)))
                .isEqualTo(Pace.LOTS);
    }
}

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

    private static Pace pace(Tuning tuning, int nodes, double times) {
        return Pace.of(tuning, share(nodes, times), 300.0 / nodes * times);
    }

    @Test
    void aTokenBetweenReports_flows() {
        assertThat(pace(WINDOW, 16, 0.5)).isEqualTo(Pace.EVENLY);
        assertThat(pace(WINDOW, 16, 10)).isEqualTo(Pace.EVENLY);
    }

    @Test
    void less_comesSingly_whereFarMoreIsAskedFor() {
        assertThat(pace(WINDOW, 64, 2)).isEqualTo(Pace.SINGLY);
        assertThat(pace(WINDOW, 64, 100)).isEqualTo(Pace.SINGLY);
    }

    @Test
    void less_drawsLots_whereAboutAsMuchIsAskedFor() {
        assertThat(pace(WINDOW, 64, 1.1)).isEqualTo(Pace.LOTS);
    }

    @Test
    void who_asksForLessThanTheLevel_isNotMadeToWaitForTheOthers() {
        assertThat(Pace.of(WINDOW, new Share(300, 4.7, 2, 1, 0.1), 2)).isEqualTo(Pace.LOTS);
    }

    @Test
    void who_asksForClearlyLessThanTheOthersAreHeldTo_isHeldToNothing() {
        Share modest = new Share(300, 200, 100, 1, 0.1);

        assertThat(Pace.of(WINDOW, modest, 100)).isEqualTo(Pace.FREELY);
        assertThat(Pace.of(WINDOW, new Share(300, 300, 200, 1, 1), 100)).isEqualTo(Pace.EVENLY);
    }

    @Test
    void who_isSuddenlyAskedForMore_isHeldToItsShare() {
        assertThat(Pace.of(WINDOW, new Share(300, 200, 100, 1, 0.1), 160)).isEqualTo(Pace.EVENLY);
    }

    @Test
    void levelBelowAnOperation_isNotClearlyMoreThanAnything() {
        assertThat(Pace.of(WINDOW, new Share(300, 9, 1, 1, 0.1), 0.1)).isEqualTo(Pace.LOTS);
    }

    @Test
    void farLess_drawsLots_whateverIsAskedFor() {
        assertThat(pace(WINDOW, 256, 10)).isEqualTo(Pace.LOTS);
    }

    @Test
    void bucket_neverComesSingly() {
        assertThat(pace(tuning(Limit.perSecond(300, MeterKind.BUCKET)), 64, 10)).isEqualTo(Pace.LOTS);
    }
}

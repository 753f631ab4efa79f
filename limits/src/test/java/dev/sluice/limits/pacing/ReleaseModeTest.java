package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.RateLimit;
import org.junit.jupiter.api.Test;

/** Of 300 a second; 33 between two reports. */
class ReleaseModeTest {
    private static final PacingParameters WINDOW = tuning(Limit.perSecond(300, MeterAlgorithm.WINDOW));

    private static PacingParameters tuning(RateLimit limit) {
        return PacingParameters.of(limit, 100_000_000);
    }

    /** Of one of so many nodes that all ask for the same. */
    private static Share share(int nodes, double times) {
        double level = 300.0 / nodes;
        double demand = times * level;
        return times <= 1 ? new Share(300, 300, level, 1, 1) : new Share(300, level, level, level / demand, 1 / times);
    }

    private static ReleaseMode pace(PacingParameters tuning, int nodes, double times) {
        return ReleaseMode.of(tuning, share(nodes, times), 300.0 / nodes * times);
    }

    @Test
    void share_isSteady_withATokenBetweenReports() {
        assertThat(pace(WINDOW, 16, 0.5)).isEqualTo(ReleaseMode.STEADY);
        assertThat(pace(WINDOW, 16, 10)).isEqualTo(ReleaseMode.STEADY);
    }

    @Test
    void smallerShare_isOneByOne_whereFarMoreIsAskedFor() {
        assertThat(pace(WINDOW, 64, 2)).isEqualTo(ReleaseMode.ONE_BY_ONE);
        assertThat(pace(WINDOW, 64, 100)).isEqualTo(ReleaseMode.ONE_BY_ONE);
    }

    @Test
    void smallerShare_isProbabilistic_whereAboutAsMuchIsAskedFor() {
        assertThat(pace(WINDOW, 64, 1.1)).isEqualTo(ReleaseMode.PROBABILISTIC);
    }

    @Test
    void demandBelowTheLevel_isNotOneByOne() {
        assertThat(ReleaseMode.of(WINDOW, new Share(300, 4.7, 2, 1, 0.1), 2)).isEqualTo(ReleaseMode.PROBABILISTIC);
    }

    @Test
    void demandClearlyBelowTheLevel_isUnsteered() {
        Share modest = new Share(300, 200, 100, 1, 0.1);

        assertThat(ReleaseMode.of(WINDOW, modest, 100)).isEqualTo(ReleaseMode.UNSTEERED);
        assertThat(ReleaseMode.of(WINDOW, new Share(300, 300, 200, 1, 1), 100)).isEqualTo(ReleaseMode.STEADY);
    }

    @Test
    void suddenDemand_isHeldToItsShare() {
        assertThat(ReleaseMode.of(WINDOW, new Share(300, 200, 100, 1, 0.1), 160))
                .isEqualTo(ReleaseMode.STEADY);
    }

    @Test
    void levelBelowAnOperation_isNotClearlyMoreThanAnything() {
        assertThat(ReleaseMode.of(WINDOW, new Share(300, 9, 1, 1, 0.1), 0.1)).isEqualTo(ReleaseMode.PROBABILISTIC);
    }

    @Test
    void tinyShare_isProbabilistic_whateverIsAskedFor() {
        assertThat(pace(WINDOW, 256, 10)).isEqualTo(ReleaseMode.PROBABILISTIC);
    }

    @Test
    void bucket_isNeverOneByOne() {
        assertThat(pace(tuning(Limit.perSecond(300, MeterAlgorithm.BUCKET)), 64, 10))
                .isEqualTo(ReleaseMode.PROBABILISTIC);
    }

    @Test
    void share_isSteady_howeverSmall_whereEachOperationIsReported() {
        RateLimit limit = Limit.perSecond(20, MeterAlgorithm.WINDOW);
        Share small = new Share(20, 1.25, 1.25, 0.5, 0.5);

        assertThat(ReleaseMode.of(PacingParameters.of(limit, 100_000_000, 37_500_000), small, 2.5))
                .isEqualTo(ReleaseMode.STEADY);
        assertThat(ReleaseMode.of(tuning(limit), small, 2.5)).isEqualTo(ReleaseMode.PROBABILISTIC);
    }
}

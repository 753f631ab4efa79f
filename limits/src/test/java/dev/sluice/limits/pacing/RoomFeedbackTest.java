package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RoomFeedbackTest {
    private static final Offset<Double> NEARLY = Offset.offset(0.01);
    /** 110 flow in a sync delay. */
    private static final PacingParameters TUNING =
            PacingParameters.of(Limit.perSecond(1_000, MeterAlgorithm.WINDOW), 100_000_000L);

    private final RoomFeedback steering = new RoomFeedback(TUNING, false, false, 0);

    private double intervalsLeft() {
        return steering.intervalsLeft(TUNING, TUNING.gain());
    }

    @Test
    void timeWithAFullWindow_isNotMadeUpFor() {
        steering.flowIn(TUNING, 0, 0.001, 1_000, 500, true, false, 1);

        steering.flowIn(TUNING, -10, 1, 1_000, 500, false, false, 1);
        assertThat(intervalsLeft()).isCloseTo(1.5, NEARLY);

        steering.flowIn(TUNING, 500, 1, 1_000, 500, false, false, 1);
        assertThat(intervalsLeft()).isEqualTo(1.8);
    }

    @Test
    void littleIsMadeUpFor_whereHardlyMoreIsAskedForThanThereIs() {
        steering.flowIn(TUNING, 0, 0.001, 1_000, 500, true, false, 0.02);
        steering.flowIn(TUNING, -10, 1, 1_000, 500, false, false, 0.02);
        assertThat(steering.level()).isCloseTo(110 + 3 * Math.sqrt(110), NEARLY);

        steering.flowIn(TUNING, -10, 1, 1_000, 500, false, false, 0.1);
        assertThat(steering.level()).isCloseTo(1.4 * 110, NEARLY);
    }

    @Test
    void cautiousNode_startsAtItsShare() {
        RoomFeedback cautious = new RoomFeedback(TUNING, false, true, 0);

        assertThat(cautious.intervalsLeft(TUNING, TUNING.gain())).isCloseTo(1, NEARLY);
        assertThat(intervalsLeft()).isEqualTo(1.8);
    }

    @Test
    void noMoreIsMadeUpFor_whereReportsAreRare() {
        PacingParameters rare = PacingParameters.of(Limit.perSecond(1_000, MeterAlgorithm.WINDOW), 200_000_000L);
        RoomFeedback slow = new RoomFeedback(rare, false, false, 0);

        slow.flowIn(rare, 0, 0.001, 1_000, 500, true, false, 1);
        slow.flowIn(rare, -10, 1, 1_000, 500, false, false, 1);

        assertThat(slow.level()).isCloseTo(210 + 55, NEARLY);
    }

    @Test
    void probabilisticShares_keepTheirProbability() {
        steering.flowIn(TUNING, -10, 1, 1_000, 0, false, true, 1);

        assertThat(intervalsLeft()).isEqualTo(1.8);
    }

    @Test
    void reportedUse_wasAdmittedOverTheIntervalBefore() {
        steering.flowIn(TUNING, 500, 0.1, 1_000, 100, true, false, 1);

        assertThat(steering.level()).isCloseTo(198, NEARLY);

        steering.flowIn(TUNING, 500, 0, 1_000, 200, false, false, 1);
        assertThat(steering.level()).isCloseTo(98, NEARLY);
    }

    @Test
    void excessOfOneNode_isForgiven_whileTheOthersUseTheLimitUp() {
        long charged = 2_000;
        steering.flowIn(TUNING, 500, 0, 1_000, charged, false, false, 1);
        assertThat(steering.recoverySeconds(1_000)).isCloseTo(1, NEARLY);

        for (int report = 0; report < 50; report++) {
            charged += 100;
            steering.flowIn(TUNING, 0, 0.1, 1_000, charged, true, false, 1);
        }

        assertThat(intervalsLeft()).isPositive();
    }

    @Test
    void excessOfAll_isWorkedOffAtTheLimitsRate() {
        steering.flowIn(TUNING, 500, 0, 1_000, 698, false, false, 1);

        assertThat(intervalsLeft()).isZero();
        assertThat(steering.recoverySeconds(1_000)).isCloseTo(0.5, NEARLY);
    }

    @Test
    void burst_isFarMoreThanFlowsIn() {
        steering.flowIn(TUNING, 0, 0, 1_000, 165 + 240, false, false, 0.9);
        assertThat(steering.settled(TUNING)).isEqualTo(1);

        steering.flowIn(TUNING, 0, 0, 1_000, 165 + 260, false, false, 0.9);
        assertThat(steering.settled(TUNING)).isZero();

        steering.flowIn(TUNING, 0, 6, 1_000, 165 + 260, false, false, 0.9);
        assertThat(steering.settled(TUNING)).isCloseTo(0.5, NEARLY);
    }

    @Test
    void burst_isCaughtUpWith_whileItEchoes() {
        PacingParameters atOnce =
                PacingParameters.of(Limit.perSecond(1_000, MeterAlgorithm.WINDOW), 100_000_000L, 5_000_000L);
        RoomFeedback flooded = new RoomFeedback(atOnce, false, false, 0);
        flooded.flowIn(atOnce, 0, 0, 1_000, 1_000, false, false, 1);

        flooded.flowIn(atOnce, 0, 4, 1_000, 1_000, false, false, 1);
        assertThat(flooded.level()).isCloseTo(110 + 55 + 2 * (110 - 15), NEARLY);

        flooded.flowIn(atOnce, 0, 2, 1_000, 1_000, false, false, 1);
        flooded.flowIn(atOnce, 0, 0, 1_000, 1_000, false, false, 1);
        assertThat(flooded.level()).isCloseTo(110 + 55, NEARLY);
    }
}

package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SteeringTest {
    private static final Offset<Double> NEARLY = Offset.offset(0.01);
    /** 110 flow in a blind interval. */
    private static final Tuning TUNING =
            Tuning.of(Limit.perSecond(1_000, MeterKind.WINDOW), Dimension.Unit.OPERATIONS, 100_000_000L);

    private final Steering steering = new Steering(TUNING, false, 0);

    private double intervalsLeft() {
        return steering.intervalsLeft(TUNING, TUNING.gain());
    }

    @Test
    void timeInWhichTheWindowIsClosed_isNotMadeUpFor() {
        steering.flowIn(TUNING, 0, 0.001, 1_000, 500, true, false);

        steering.flowIn(TUNING, -10, 1, 1_000, 500, false, false);
        assertThat(intervalsLeft()).isCloseTo(1.5, NEARLY);

        steering.flowIn(TUNING, 500, 1, 1_000, 500, false, false);
        assertThat(intervalsLeft()).isEqualTo(1.8);
    }

    @Test
    void whereReportsAreRare_noMoreIsMadeUpFor() {
        Tuning rare = Tuning.of(Limit.perSecond(1_000, MeterKind.WINDOW), Dimension.Unit.OPERATIONS, 200_000_000L);
        Steering slow = new Steering(rare, false, 0);

        slow.flowIn(rare, 0, 0.001, 1_000, 500, true, false);
        slow.flowIn(rare, -10, 1, 1_000, 500, false, false);

        assertThat(slow.level()).isCloseTo(210 + 55, NEARLY);
    }

    @Test
    void sharesThatDrawLots_keepTheirOdds() {
        steering.flowIn(TUNING, -10, 1, 1_000, 0, false, true);

        assertThat(intervalsLeft()).isEqualTo(1.8);
    }

    @Test
    void whatComesInAReport_wasAdmittedOverTheIntervalBefore() {
        steering.flowIn(TUNING, 500, 0.1, 1_000, 100, true, false);

        assertThat(steering.level()).isCloseTo(198, NEARLY);

        steering.flowIn(TUNING, 500, 0, 1_000, 200, false, false);
        assertThat(steering.level()).isCloseTo(98, NEARLY);
    }

    @Test
    void excessThatOneAloneWasChargedWith_isForgiven_whileTheOthersUseAllThereIs() {
        long charged = 2_000;
        steering.flowIn(TUNING, 500, 0, 1_000, charged, false, false);
        assertThat(steering.debtSeconds(1_000)).isCloseTo(1, NEARLY);

        for (int report = 0; report < 50; report++) {
            charged += 100;
            steering.flowIn(TUNING, 0, 0.1, 1_000, charged, true, false);
        }

        assertThat(intervalsLeft()).isPositive();
    }

    @Test
    void excessOfAll_isWorkedOffAtTheLimitsRate() {
        steering.flowIn(TUNING, 500, 0, 1_000, 698, false, false);

        assertThat(intervalsLeft()).isZero();
        assertThat(steering.debtSeconds(1_000)).isCloseTo(0.5, NEARLY);
    }
}

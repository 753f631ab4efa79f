package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.OutcomeCounters.Counts;
import org.junit.jupiter.api.Test;

/** A recorded start of the demo, at 800 requests a second. */
class WarmUpTest {
    private final WarmUp warmUp = new WarmUp(800);

    private boolean isOver(long offered, long admitted, long rejected) {
        return warmUp.isOver(new Counts(offered, admitted, rejected, 0));
    }

    @Test
    void seconds_inWhichResponsesComeLate_areNotJudged() {
        assertThat(isOver(477, 79, 0)).isFalse();
        assertThat(isOver(289, 180, 111)).isFalse();
        assertThat(isOver(523, 197, 362)).isFalse();
        assertThat(isOver(786, 272, 872)).isFalse();
        assertThat(isOver(800, 202, 600)).isFalse();
        assertThat(isOver(800, 199, 594)).isTrue();
    }

    @Test
    void oneSteadySecond_isNotEnough() {
        assertThat(isOver(800, 202, 600)).isFalse();
        assertThat(isOver(700, 202, 400)).isFalse();
        assertThat(isOver(800, 202, 600)).isFalse();
        assertThat(isOver(800, 202, 598)).isTrue();
    }

    @Test
    void slowMachine_isJudgedAfterTheLongestWarmUp() {
        for (int i = 1; i < WarmUp.SECONDS_MAX; i++) {
            assertThat(isOver(300, 100, 100)).isFalse();
        }
        assertThat(isOver(300, 100, 100)).isTrue();
    }
}

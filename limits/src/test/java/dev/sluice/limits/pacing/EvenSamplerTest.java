package dev.sluice.limits.pacing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvenSamplerTest {
    private static final double ODDS = 0.3;

    private final SplittableRandom random = new SplittableRandom(7);
    private final EvenSampler sampler = new EvenSampler(random.nextDouble());

    @Test
    void requestsInARow_areAdmittedEvenly() {
        for (int block = 0; block < 1_000; block++) {
            int won = 0;
            for (int i = 0; i < 100; i++) {
                won += sampler.admits(ODDS, random.nextDouble()) ? 1 : 0;
            }

            // Independent sampler would give 30, give or take 4.6, and in a thousand blocks 15 to 45.
            assertThat(won).isBetween(26, 34);
        }
    }

    @Test
    void alternatingClients_areAdmittedEqually() {
        int[] won = new int[2];
        for (int i = 0; i < 20_000; i++) {
            won[i % 2] += sampler.admits(0.5, random.nextDouble()) ? 1 : 0;
        }

        assertThat(won[0]).isBetween(4_500, 5_500);
        assertThat(won[0] + won[1]).isBetween(9_950, 10_050);
    }

    @Test
    void requests_areAdmittedWithTheirProbability() {
        for (double odds : new double[] {0, 0.01, 0.5, 0.9, 0.99, 1}) {
            int won = 0;
            for (int i = 0; i < 10_000; i++) {
                won += sampler.admits(odds, random.nextDouble()) ? 1 : 0;
            }

            assertThat((double) won).as("odds %s", odds).isCloseTo(10_000 * odds, Offset.offset(40.0));
        }
    }
}

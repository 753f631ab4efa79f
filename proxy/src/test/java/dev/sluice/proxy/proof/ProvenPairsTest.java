package dev.sluice.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProvenPairsTest {
    private static final long MINUTES = 60_000_000_000L;

    private final ProvenPairs pairs = new ProvenPairs();

    @Test
    void pair_isProvenByOneResponse_andDoubtedByOne() {
        assertThat(pairs.isProven(7)).isFalse();

        pairs.prove(7, 0);
        assertThat(pairs.isProven(7)).isTrue();
        pairs.doubt(7);

        assertThat(pairs.isProven(7)).isFalse();
    }

    @Test
    void doubtfulPair_needsSixteenProofsInARow() {
        pairs.prove(7, 0);
        pairs.doubt(7);
        for (int i = 0; i < 15; i++) {
            pairs.prove(7, 0);
        }
        assertThat(pairs.isProven(7)).isFalse();
        pairs.doubt(7);
        for (int i = 0; i < 16; i++) {
            assertThat(pairs.isProven(7)).isFalse();
            pairs.prove(7, 0);
        }

        assertThat(pairs.isProven(7)).isTrue();
    }

    @Test
    void refusedPairsThatWereNeverProven_displaceNobody() {
        SplittableRandom random = new SplittableRandom(1);
        pairs.prove(-1, 0);

        for (int i = 0; i < 1_000_000; i++) {
            pairs.doubt(random.nextLong());
        }

        assertThat(pairs.isProven(-1)).isTrue();
    }

    @Test
    void fullSet_losesThePairThatWasLongestWithoutAProof() {
        long set = 4L << 2;
        for (long i = 1; i <= 4; i++) {
            pairs.prove(i << 32 | set, i * 10 * MINUTES);
        }
        pairs.prove(1L << 32 | set, 50 * MINUTES);

        pairs.prove(5L << 32 | set, 60 * MINUTES);

        assertThat(pairs.isProven(1L << 32 | set)).isTrue();
        assertThat(pairs.isProven(2L << 32 | set)).isFalse();
        assertThat(pairs.isProven(5L << 32 | set)).isTrue();
    }
}

package dev.sluice.limits.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.SubjectId;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrequencySketchTest {
    private static SubjectId id(SplittableRandom random) {
        return new SubjectId(random.nextLong(), random.nextLong());
    }

    @Test
    void repeatedSubject_isCountedUpTo15() {
        FrequencySketch sketch = new FrequencySketch(100);
        SubjectId id = id(new SplittableRandom(1));

        assertThat(sketch.see(id)).isEqualTo(1);
        assertThat(sketch.see(id)).isEqualTo(2);
        for (int i = 0; i < 20; i++) {
            sketch.see(id);
        }
        assertThat(sketch.see(id)).isEqualTo(15);
    }

    @Test
    void subjectSeenOnceAmongMany_isRarelyTakenForARepeatedOne() {
        FrequencySketch sketch = new FrequencySketch(1_000);
        SplittableRandom random = new SplittableRandom(2);

        int wrong = 0;
        for (int i = 0; i < 100_000; i++) {
            wrong += sketch.see(id(random)) >= 3 ? 1 : 0;
        }

        assertThat(wrong).isLessThan(2_000);
    }

    @Test
    void counts_areHalvedOverTime() {
        FrequencySketch sketch = new FrequencySketch(1_000);
        SplittableRandom random = new SplittableRandom(3);
        SubjectId id = id(random);
        for (int i = 0; i < 10; i++) {
            sketch.see(id);
        }

        for (int i = 0; i < 50_000; i++) {
            sketch.see(id(random));
        }

        assertThat(sketch.see(id)).isLessThan(5);
    }
}

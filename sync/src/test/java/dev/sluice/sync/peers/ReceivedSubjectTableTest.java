package dev.sluice.sync.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceivedSubjectTableTest {
    private final ReceivedSubjectTable table = new ReceivedSubjectTable(7);

    private static ReceivedSubject heard(long high, long low) {
        return new ReceivedSubject(new SubjectId(high, low), Scope.USER, 1);
    }

    @Test
    void randomIds_areFoundAsInAMap() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<SubjectId, ReceivedSubject> expected = new HashMap<>();

        for (int i = 0; i < 5_000; i++) {
            ReceivedSubject next = heard(random.nextInt(100), random.nextInt(100));
            ReceivedSubject found = table.get(next.id.high(), next.id.low());
            assertThat(found).as("seed %d", seed).isSameAs(expected.get(next.id));
            if (found == null) {
                table.add(next);
                expected.put(next.id, next);
            }
            if (i % 500 == 499) {
                table.removeIf(heard -> heard.id.low() % 3 == 0);
                expected.keySet().removeIf(id -> id.low() % 3 == 0);
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }

        List<SubjectId> all = new ArrayList<>();
        table.forEach(heard -> all.add(heard.id));
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void clear_leavesNothing() {
        table.add(heard(1, 2));

        table.clear();

        assertThat(table.size()).isZero();
        assertThat(table.get(1, 2)).isNull();
    }

    @Test
    void heard_keepsCountAndDemandOfEachDimension() {
        ReceivedSubject heard = heard(1, 2);

        heard.part(4).count = 40;
        heard.part(0).demand = 1.5;
        heard.part(6).count = 60;
        heard.part(0).count = 10;
        heard.part(4).demand = 4.5;

        assertThat(heard.dimensions()).isEqualTo(0b101_0001);
        assertThat(heard.part(0).count).isEqualTo(10);
        assertThat(heard.part(4).count).isEqualTo(40);
        assertThat(heard.part(6).count).isEqualTo(60);
        assertThat(heard.part(0).demand).isEqualTo(1.5);
        assertThat(heard.part(4).demand).isEqualTo(4.5);
        assertThat(heard.part(6).demand).isZero();
    }
}

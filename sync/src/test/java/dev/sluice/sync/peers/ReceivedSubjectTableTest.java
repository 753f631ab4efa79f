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

    private static ReceivedSubject received(long high, long low) {
        return new ReceivedSubject(new SubjectId(high, low), Scope.USER, 1);
    }

    @Test
    void randomIds_areFoundAsInAMap() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<SubjectId, ReceivedSubject> expected = new HashMap<>();

        for (int i = 0; i < 5_000; i++) {
            ReceivedSubject next = received(random.nextInt(100), random.nextInt(100));
            ReceivedSubject found = table.get(next.id.high(), next.id.low());
            assertThat(found).as("seed %d", seed).isSameAs(expected.get(next.id));
            if (found == null) {
                table.add(next);
                expected.put(next.id, next);
            }
            if (i % 500 == 499) {
                table.removeIf(received -> received.id.low() % 3 == 0);
                expected.keySet().removeIf(id -> id.low() % 3 == 0);
            }
            assertThat(table.size()).isEqualTo(expected.size());
        }

        List<SubjectId> all = new ArrayList<>();
        table.forEach(received -> all.add(received.id));
        assertThat(all).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    @Test
    void clear_leavesNothing() {
        table.add(received(1, 2));

        table.clear();

        assertThat(table.size()).isZero();
        assertThat(table.get(1, 2)).isNull();
    }

    @Test
    void receivedSubject_keepsCountAndDemandOfEachDimension() {
        ReceivedSubject received = received(1, 2);

        received.part(4).count = 40;
        received.part(0).demand = 1.5;
        received.part(6).count = 60;
        received.part(0).count = 10;
        received.part(4).demand = 4.5;

        assertThat(received.dimensions()).isEqualTo(0b101_0001);
        assertThat(received.part(0).count).isEqualTo(10);
        assertThat(received.part(4).count).isEqualTo(40);
        assertThat(received.part(6).count).isEqualTo(60);
        assertThat(received.part(0).demand).isEqualTo(1.5);
        assertThat(received.part(4).demand).isEqualTo(4.5);
        assertThat(received.part(6).demand).isZero();
    }
}

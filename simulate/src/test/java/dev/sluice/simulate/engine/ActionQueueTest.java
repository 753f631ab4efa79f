package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ActionQueueTest {
    private static final long SEED = 7;

    @Test
    void actions_leaveByTimeAndThenBySequence() {
        SplittableRandom random = new SplittableRandom(SEED);
        ActionQueue queue = new ActionQueue();
        List<Long> left = new ArrayList<>();
        List<Long> expected = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            long atNanos = random.nextLong(300);
            long key = atNanos * 10_000 + i;
            expected.add(key);
            queue.add(atNanos, i, now -> left.add(key));
        }
        while (queue.nextNanos() != Long.MAX_VALUE) {
            queue.remove().run(0);
        }

        expected.sort(null);
        assertThat(left).as("seed %d", SEED).isEqualTo(expected);
    }

    @Test
    void agenda_skippedTime_movesNodesButNotClients() {
        Agenda agenda = new Agenda();
        List<String> ran = new ArrayList<>();
        agenda.at(10, now -> {
            ran.add("node " + now);
            agenda.at(now + 10, later -> ran.add("node " + later));
        });
        agenda.atClient(115, now -> ran.add("client " + now));

        agenda.skip(100);
        while (agenda.nextNanos() != Long.MAX_VALUE) {
            agenda.runNext();
        }

        assertThat(ran).containsExactly("node 110", "client 115", "node 120");
        assertThat(agenda.nowNanos()).isEqualTo(120);
    }
}

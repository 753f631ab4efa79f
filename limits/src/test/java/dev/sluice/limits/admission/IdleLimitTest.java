package dev.sluice.limits.admission;

import static dev.sluice.limits.admission.OneOfTwoNodes.SECOND;
import static dev.sluice.limits.admission.OneOfTwoNodes.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.usage.UsageRegistry;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is far from its limits is visited by one tick of four. */
class IdleLimitTest {
    private final OneOfTwoNodes node = new OneOfTwoNodes(1_000);
    private final Admission admission = node.admission;
    private final TreeSet<Integer> visits = new TreeSet<>();

    private static long tickNanos(int tick) {
        return START + tick * SECOND / 10;
    }

    private void ask(int requests, long now) {
        for (int i = 0; i < requests; i++) {
            node.admits(now);
        }
    }

    /** Ticks, each after so many requests; remembers which visited. */
    private void measure(int from, int to, int requests) {
        for (int tick = from; tick <= to; tick++) {
            int number = tick;
            node.other.received(tickNanos(tick));
            ask(requests, tickNanos(tick));
            admission.measure(usage -> visits.add(number), tickNanos(tick));
        }
    }

    @Test
    void idleLimit_isVisitedByOneTickOfSeveral() {
        measure(1, 40, 5);

        assertThat(visits.tailSet(5)).hasSize(36 / UsageRegistry.VISITS_APART_MAX);
        for (int visit : visits.tailSet(5)) {
            assertThat(visit - visits.lower(visit)).isLessThanOrEqualTo(UsageRegistry.VISITS_APART_MAX);
        }
    }

    @Test
    void activeLimit_isVisitedByEachTick() {
        measure(1, 40, 20);

        // At first nothing has been used.
        assertThat(visits.tailSet(10)).hasSize(31);
    }

    @Test
    void limitThatOthersDemand_isVisitedByEachTick() {
        node.applyRemote(1, 500, START);

        measure(1, 40, 5);

        assertThat(visits).hasSize(40);
    }

    @Test
    void surge_activatesAnIdleLimit() {
        measure(1, 40, 1);
        long now = tickNanos(40) + SECOND / 40;
        ask(100, now);
        ask(1, now + 1_000_000);

        assertThat(admission.hasUrgentUpdate()).isTrue();
        admission.measureUrgent(usage -> {}, now + 1_000_000);
        visits.clear();
        measure(41, 44, 100);
        assertThat(visits).hasSize(4);
    }
}

package dev.sluice.simulate.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.Network;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A limit on requests in flight, on nodes that know of each other only by reports. */
class ConcurrencySimulationTest {
    private static final long SECOND = Scenario.SECOND_NANOS;
    private static final long MILLI = 1_000_000;

    /** Clients that request a slot all the time, each from a random node each time. */
    private static final class Crowd {
        private final Agenda agenda = new Agenda();
        private final SplittableRandom random;
        private final SimulatedCluster cluster;
        private final int nodes;
        private final int clients;
        private final long holdNanos;
        private final int[] inFlight;
        private long total;
        private long worst;
        private double slotNanos;
        private long lastNanos;
        private long measureNanos;

        Crowd(int nodes, int limit, int clients, long holdNanos, double loss, long seed, List<Event> events) {
            this.nodes = nodes;
            this.clients = clients;
            this.holdNanos = holdNanos;
            this.inFlight = new int[nodes];
            random = new SplittableRandom(seed);
            Network network = new Network(200_000, 2 * MILLI, 0.1, loss, 0, 0, 0);
            Scenario scenario = new Scenario(
                    nodes,
                    Dimension.CONCURRENT_REQUESTS,
                    Limit.concurrent(limit),
                    100 * MILLI,
                    SECOND,
                    0,
                    seed,
                    OnPartition.AUTO,
                    network,
                    List.of(),
                    events);
            cluster = new SimulatedCluster(scenario, agenda, random.split(), new SimulationTrace(scenario));
        }

        /** Runs until then. Measuring starts after two seconds. */
        void play(long untilNanos) {
            cluster.begin();
            agenda.at(0, this::expire);
            for (int c = 0; c < clients; c++) {
                agenda.at(random.nextLong(SECOND), this::ask);
            }
            while (agenda.nextNanos() < untilNanos) {
                agenda.runNext();
            }
        }

        private void expire(long nowNanos) {
            cluster.expire(nowNanos);
            for (int i = 0; i < nodes; i++) {
                if (!cluster.isUp(i)) {
                    count(-inFlight[i], i, nowNanos);
                }
            }
            agenda.at(nowNanos + 50 * MILLI, this::expire);
        }

        private void ask(long nowNanos) {
            int at = random.nextInt(nodes);
            SimulatedSidecar node = cluster.node(at);
            Ticket ticket = new Ticket();
            if (node == null || !node.begin(ticket, nowNanos)) {
                agenda.at(nowNanos + random.nextLong(5 * MILLI, 50 * MILLI), this::ask);
                return;
            }
            count(1, at, nowNanos);
            agenda.at(nowNanos + random.nextLong(holdNanos / 2, 2 * holdNanos), now -> {
                if (cluster.node(at) == node) {
                    node.end(ticket, now);
                    count(-1, at, now);
                }
                agenda.at(now + MILLI, this::ask);
            });
        }

        private void count(int change, int node, long nowNanos) {
            inFlight[node] += change;
            if (nowNanos > 2 * SECOND) {
                if (lastNanos == 0) {
                    lastNanos = nowNanos;
                    measureNanos = nowNanos;
                }
                slotNanos += (double) total * (nowNanos - lastNanos);
                lastNanos = nowNanos;
                worst = Math.max(worst, total + change);
            }
            total += change;
        }

        double mean() {
            return slotNanos / (lastNanos - measureNanos);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 64, 300, 20, 0",
        "4, 64, 300, 500, 0",
        "16, 64, 400, 50, 0.05",
        "16, 256, 1000, 100, 0.1",
        "8, 8, 64, 50, 0"
    })
    void limit_isUsed_andExceededByLittle(int nodes, int limit, int clients, long holdMillis, double loss) {
        for (long seed = 1; seed <= 3; seed++) {
            Crowd crowd = new Crowd(nodes, limit, clients, holdMillis * MILLI, loss, seed, List.of());

            crowd.play(10 * SECOND);

            assertThat(crowd.worst).as("seed %d", seed).isLessThanOrEqualTo(limit + nodes);
            assertThat(crowd.mean()).as("seed %d", seed).isBetween(0.85 * limit, 1.02 * limit);
        }
    }

    @Test
    void deadNode_leavesItsSlotsToTheOthers_andStartsAt0() {
        List<Event> events = List.of(new Scenario.Crash(3 * SECOND, 1), new Scenario.Start(6 * SECOND, 1));
        Crowd crowd = new Crowd(4, 64, 300, 100 * MILLI, 0.05, 7, events);

        crowd.play(10 * SECOND);

        assertThat(crowd.worst).isLessThanOrEqualTo(64 + 4 + 16);
        assertThat(crowd.mean()).isBetween(0.85 * 64, 1.02 * 64);
    }

    @Test
    void modestDemand_isNotRefused() {
        Crowd crowd = new Crowd(4, 64, 30, 50 * MILLI, 0, 3, List.of());

        crowd.play(10 * SECOND);

        // Each client is either in flight, for 62.5 ms on average, or retries after a millisecond.
        assertThat(crowd.mean()).isGreaterThan(0.95 * 30);
    }
}

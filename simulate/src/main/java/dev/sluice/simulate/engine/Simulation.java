package dev.sluice.simulate.engine;

import dev.sluice.limits.admission.UsageRegistry;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Load;
import dev.sluice.simulate.scenario.Scenario.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Runs a scenario: one queue of actions, ordered by time and then by creation. Each source of randomness has its own
 * stream, so that a change of the limiter does not change the traffic.
 */
public final class Simulation {
    private static final long EXPIRE_NANOS = 50_000_000L;
    private static final long BOUND_NANOS = 10_000_000L;
    /** Longer than the time in which everything is reported again. */
    private static final long SETTLE_NANOS = 1_500_000_000L;
    /** A subject far from its limit is visited once in this many intervals. */
    private static final int SETTLE_INTERVALS = UsageRegistry.VISITS_APART_MAX + 2;

    private final Scenario scenario;
    private final SimulationTrace trace;
    private final SimulatedCluster cluster;
    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private final List<RequestSchedule> traffic = new ArrayList<>();
    private final List<ClosedLoopClients> clients = new ArrayList<>();
    private final SplittableRandom rerouting;
    private long sequence;

    /** A scheduled action. */
    private record Due(long atNanos, long sequence, Action action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** Runs at its time. */
    interface Action {
        void run(long nowNanos);
    }

    /** An action of a client; not run while the nodes settle. */
    private interface ClientAction extends Action {}

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        this.trace = new SimulationTrace(scenario);
        SplittableRandom root = new SplittableRandom(scenario.seed());
        SplittableRandom forTraffic = root.split();
        this.cluster = new SimulatedCluster(scenario, this::at, root.split(), trace);
        this.rerouting = root.split();
        for (Load load : scenario.loads()) {
            traffic.add(new RequestSchedule(load, scenario.nodes(), forTraffic.split()));
            clients.add(new ClosedLoopClients(load, forTraffic.split()));
        }
    }

    /** Runs a scenario from start to end. */
    public static SimulationOutcome run(Scenario scenario) {
        Simulation simulation = new Simulation(scenario);
        simulation.play();
        return simulation.trace.outcome(simulation.cluster);
    }

    /** Runs a scenario, then lets the nodes report what is left. */
    public static Settled runAndSettle(Scenario scenario) {
        Simulation simulation = new Simulation(scenario);
        simulation.play();
        SimulationOutcome outcome = simulation.trace.outcome(simulation.cluster);
        simulation.settle();
        return new Settled(
                outcome,
                simulation.trace.allAdmitted(),
                simulation.cluster.charged(),
                simulation.cluster.longestSilenceSeconds());
    }

    /**
     * The state at the end.
     *
     * @param admitted by all nodes since the start
     * @param charged to the limit on each node that is up
     * @param longestSilenceSeconds the longest time without a report between two nodes
     */
    public record Settled(SimulationOutcome outcome, long admitted, List<Long> charged, double longestSilenceSeconds) {
        public Settled {
            charged = List.copyOf(charged);
        }
    }

    private void settle() {
        cluster.endFaults();
        long until = scenario.durationNanos() + SETTLE_NANOS + SETTLE_INTERVALS * scenario.intervalNanos();
        for (Due due = queue.poll(); due != null && due.atNanos < until; due = queue.poll()) {
            if (!(due.action instanceof ClientAction)) {
                due.action.run(due.atNanos);
            }
        }
    }

    private void at(long atNanos, Action action) {
        queue.add(new Due(atNanos, sequence++, action));
    }

    private void play() {
        cluster.begin();
        for (int i = 0; i < clients.size(); i++) {
            Load load = scenario.loads().get(i);
            for (int c = 0; load.pattern() == Pattern.CLOSED_LOOP && c < load.clients(); c++) {
                int index = i;
                int client = c;
                at(clients.get(i).firstNanos(), (ClientAction) now -> askClosed(index, client, now));
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            if (scenario.loads().get(i).pattern() == Pattern.TRANSFERS) {
                new TransferClients(
                                scenario.loads().get(i), i, traffic.get(i), clients.get(i), cluster, this::ask, trace)
                        .begin();
            }
        }
        at(0, this::expire);
        at(0, this::sampleBound);
        while (true) {
            int soonest = -1;
            long requestNanos = Long.MAX_VALUE;
            for (int i = 0; i < traffic.size(); i++) {
                long next = traffic.get(i).nextNanos();
                if (next < requestNanos) {
                    requestNanos = next;
                    soonest = i;
                }
            }
            Due due = queue.peek();
            long now = Math.min(requestNanos, due == null ? Long.MAX_VALUE : due.atNanos);
            if (now >= scenario.durationNanos()) {
                return;
            }
            if (due != null && due.atNanos <= requestNanos) {
                queue.remove().action.run(now);
            } else {
                ask(soonest, 0, now);
                traffic.get(soonest).advance();
            }
        }
    }

    /** As {@link #at}, for an action of a client. */
    private void ask(long atNanos, Action action) {
        at(atNanos, (ClientAction) action::run);
    }

    private void askClosed(int index, int client, long nowNanos) {
        if (nowNanos < scenario.loads().get(index).toNanos()) {
            boolean admitted = ask(index, client, nowNanos);
            at(clients.get(index).nextNanos(client, admitted, nowNanos), (ClientAction)
                    now -> askClosed(index, client, now));
        }
    }

    private boolean ask(int index, int client, long nowNanos) {
        RequestSchedule load = traffic.get(index);
        int node = load.route(nowNanos, client);
        for (int tries = 0; !cluster.isUp(node) && tries < 1_000; tries++) {
            node = load.isSpread() ? rerouting.nextInt(scenario.nodes()) : (node + 1) % scenario.nodes();
        }
        long size = scenario.loads().get(index).size();
        boolean admitted = cluster.isUp(node) && cluster.request(node, size, nowNanos);
        trace.request(index, size, admitted ? size : 0, nowNanos);
        return admitted;
    }

    private void expire(long nowNanos) {
        cluster.expire(nowNanos);
        at(nowNanos + EXPIRE_NANOS, this::expire);
    }

    private void sampleBound(long nowNanos) {
        trace.unsynchronised(cluster.unsynchronised(nowNanos));
        at(nowNanos + BOUND_NANOS, this::sampleBound);
    }
}

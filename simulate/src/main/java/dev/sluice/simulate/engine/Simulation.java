package dev.sluice.simulate.engine;

import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Load;
import dev.sluice.simulate.scenario.Scenario.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Runs a scenario: actions ordered by time and then by creation. Each source of randomness has its own stream, so that a
 * change of the limiter does not change the traffic. Of limits longer than a second, time in which no client does anything
 * is skipped.
 */
public final class Simulation {
    private static final long EXPIRE_NANOS = 50_000_000L;
    /** How often the bound is sampled in a period of the limit, at least once a second. */
    private static final int SAMPLES_PER_PERIOD = 100;

    /** Longer than the time in which everything is reported again. */
    private static final long SETTLE_NANOS = 1_500_000_000L;
    /** A subject far from its limit is visited once in this many intervals. */
    private static final int SETTLE_INTERVALS = UsageRegistry.VISITS_APART_MAX + 2;

    /** Clients must have been idle for so long before time is skipped: all that they did was then reported twice. */
    private static final long IDLE_NANOS = 3 * Scenario.SECOND_NANOS;
    /** So long before their next action nodes run again. */
    private static final long LEAD_NANOS = Scenario.SECOND_NANOS;

    private final Scenario scenario;
    private final SimulationTrace trace;
    private final Agenda agenda = new Agenda();
    private final SimulatedCluster cluster;
    private final List<RequestSchedule> traffic = new ArrayList<>();
    private final List<ClosedLoopClients> clients = new ArrayList<>();
    private final SplittableRandom rerouting;
    private final boolean skipsIdleTime;
    private final long boundNanos;
    private double excessBound;

    private Simulation(Scenario scenario) {
        this.scenario = scenario;
        this.trace = new SimulationTrace(scenario);
        SplittableRandom root = new SplittableRandom(scenario.seed());
        SplittableRandom forTraffic = root.split();
        this.cluster = new SimulatedCluster(scenario, agenda, root.split(), trace);
        this.rerouting = root.split();
        long periodNanos = scenario.limit().periodNanos();
        this.skipsIdleTime = periodNanos > Scenario.SECOND_NANOS;
        this.boundNanos = Math.min(Scenario.SECOND_NANOS, periodNanos / SAMPLES_PER_PERIOD);
        for (Load load : scenario.loads()) {
            traffic.add(new RequestSchedule(load, scenario.nodes(), forTraffic.split()));
            clients.add(new ClosedLoopClients(load, forTraffic.split()));
        }
    }

    /** Runs a scenario from start to end. */
    public static SimulationOutcome run(Scenario scenario) {
        Simulation simulation = new Simulation(scenario);
        simulation.play();
        return simulation.outcome();
    }

    /** Runs a scenario, then lets the nodes report what is left. */
    public static Settled runAndSettle(Scenario scenario) {
        Simulation simulation = new Simulation(scenario);
        simulation.play();
        SimulationOutcome outcome = simulation.outcome();
        simulation.settle();
        return new Settled(
                outcome,
                simulation.trace.allAdmitted(),
                simulation.cluster.charged(),
                simulation.cluster.longestSilenceSeconds(),
                simulation.excessBound);
    }

    /**
     * The state at the end.
     *
     * @param admitted by all nodes since the start
     * @param charged to the limit on each node that is up
     * @param longestSilenceSeconds the longest time without a report between two nodes
     * @param excessBound the most that any node showed; of a limit longer than a second
     */
    public record Settled(
            SimulationOutcome outcome,
            long admitted,
            List<Long> charged,
            double longestSilenceSeconds,
            double excessBound) {
        public Settled {
            charged = List.copyOf(charged);
        }
    }

    private SimulationOutcome outcome() {
        return trace.outcome(cluster.longestSilenceSeconds(), agenda.skippedNanos());
    }

    private void settle() {
        cluster.endFaults();
        agenda.runNodesUntil(scenario.durationNanos() + SETTLE_NANOS + SETTLE_INTERVALS * scenario.intervalNanos());
    }

    private void play() {
        cluster.begin();
        for (int i = 0; i < clients.size(); i++) {
            Load load = scenario.loads().get(i);
            for (int c = 0; load.pattern() == Pattern.CLOSED_LOOP && c < load.clients(); c++) {
                int index = i;
                int client = c;
                agenda.atClient(clients.get(i).firstNanos(), now -> askClosed(index, client, now));
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            if (scenario.loads().get(i).pattern() == Pattern.TRANSFERS) {
                new TransferClients(scenario.loads().get(i), i, traffic.get(i), clients.get(i), cluster, agenda, trace)
                        .begin();
            }
        }
        agenda.at(0, this::expire);
        agenda.at(0, this::sampleBound);
        long activeNanos = 0;
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
            if (skipsIdleTime) {
                skip(activeNanos, Math.min(requestNanos, agenda.nextOfClientsNanos()));
            }
            long due = agenda.nextNanos();
            long now = Math.min(requestNanos, due);
            if (now >= scenario.durationNanos()) {
                return;
            }
            if (due <= requestNanos) {
                activeNanos = agenda.runNext() ? now : activeNanos;
            } else {
                agenda.advanceTo(now);
                ask(soonest, 0, now);
                traffic.get(soonest).advance();
                activeNanos = now;
            }
        }
    }

    /** Skips what is left of a time in which no client does anything. */
    private void skip(long activeNanos, long nextOfClientsNanos) {
        long untilNanos = Math.min(nextOfClientsNanos, scenario.durationNanos()) - LEAD_NANOS;
        long fromNanos = agenda.nextNanos();
        if (fromNanos - activeNanos >= IDLE_NANOS && untilNanos - fromNanos >= IDLE_NANOS) {
            agenda.skip(untilNanos - fromNanos);
        }
    }

    private void askClosed(int index, int client, long nowNanos) {
        if (nowNanos < scenario.loads().get(index).toNanos()) {
            boolean admitted = ask(index, client, nowNanos);
            agenda.atClient(
                    clients.get(index).nextNanos(client, admitted, nowNanos), now -> askClosed(index, client, now));
        }
    }

    private boolean ask(int index, int client, long nowNanos) {
        RequestSchedule load = traffic.get(index);
        int node = load.route(nowNanos, client);
        for (int tries = 0; !cluster.isUp(node) && tries < 1_000; tries++) {
            node = load.isSpread() ? rerouting.nextInt(scenario.nodes()) : (node + 1) % scenario.nodes();
        }
        long size = traffic.get(index).size();
        boolean admitted = cluster.isUp(node) && cluster.request(node, size, nowNanos);
        // of a shadow limit the figures are those that it would have if it were enforced
        boolean fits = admitted && !cluster.wouldReject(node);
        trace.request(index, size, fits ? size : 0, nowNanos);
        return admitted;
    }

    private void expire(long nowNanos) {
        cluster.expire(nowNanos);
        agenda.at(nowNanos + EXPIRE_NANOS, this::expire);
    }

    private void sampleBound(long nowNanos) {
        trace.unsynchronised(cluster.unsynchronised(nowNanos));
        if (skipsIdleTime) {
            excessBound = Math.max(excessBound, cluster.excessBound(nowNanos));
        }
        agenda.at(nowNanos + boundNanos, this::sampleBound);
    }
}

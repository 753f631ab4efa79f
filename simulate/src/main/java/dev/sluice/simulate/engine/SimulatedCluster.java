package dev.sluice.simulate.engine;

import dev.sluice.limits.model.Limit;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.simulate.scenario.Scenario.Change;
import dev.sluice.simulate.scenario.Scenario.Crash;
import dev.sluice.simulate.scenario.Scenario.Event;
import dev.sluice.simulate.scenario.Scenario.Heal;
import dev.sluice.simulate.scenario.Scenario.Partition;
import dev.sluice.simulate.scenario.Scenario.Start;
import dev.sluice.simulate.scenario.Scenario.StateFile;
import dev.sluice.simulate.scenario.Scenario.Stop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The nodes, their events, and the network between them. */
final class SimulatedCluster {
    /** From the request that makes a report urgent until the reporting thread runs. */
    private static final long WAKE_NANOS = 100_000L;

    /** Between two writes of a small state file. */
    private static final long WRITE_NANOS = Scenario.SECOND_NANOS;

    private final Agenda agenda;
    private final SplittableRandom random;
    private final SplittableRandom nodeRandom;
    private final SimulationTrace trace;
    private final @Nullable SimulatedSidecar[] nodes;
    private final boolean[] hasStarted;
    private final boolean[] keepsState;
    private final List<Optional<byte[]>> stateFiles;
    private final long[] skewNanos;
    private final int[] group;
    /** Delivery time of the last message of each link; a connection keeps the order. */
    private final long[][] deliveryNanos;
    /** Send time of the last message received on each link, less what was skipped by then. */
    private final long[][] receivedUpToNanos;

    private Scenario scenario;
    private long longestSilenceNanos;

    SimulatedCluster(Scenario scenario, Agenda agenda, SplittableRandom random, SimulationTrace trace) {
        this.scenario = scenario;
        this.agenda = agenda;
        this.random = random;
        this.nodeRandom = random.split();
        this.trace = trace;
        int n = scenario.nodes();
        this.nodes = new SimulatedSidecar[n];
        this.hasStarted = new boolean[n];
        this.keepsState = new boolean[n];
        this.stateFiles = new ArrayList<>(Collections.nCopies(n, Optional.empty()));
        this.skewNanos = new long[n];
        this.group = new int[n];
        this.deliveryNanos = new long[n][n];
        this.receivedUpToNanos = new long[n][n];
    }

    void begin() {
        for (Event event : scenario.events()) {
            if (event instanceof Start start && start.stateFile() == StateFile.KEPT) {
                keepsState[start.node()] = true;
            }
        }
        agenda.at(WRITE_NANOS, this::writeStates);
        boolean[] startsLater = new boolean[nodes.length];
        boolean[] named = new boolean[nodes.length];
        for (Event event : scenario.events()) {
            int node = nodeOf(event);
            if (node >= 0 && !named[node]) {
                named[node] = true;
                startsLater[node] = event instanceof Start;
            }
            agenda.atClient(event.atNanos(), now -> apply(event, now));
        }
        long skew = scenario.network().skewNanos();
        for (int i = 0; i < nodes.length; i++) {
            skewNanos[i] = skew == 0 ? 0 : random.nextLong(-skew, skew + 1);
            hasStarted[i] = !startsLater[i];
        }
        for (int i = 0; i < nodes.length; i++) {
            if (!startsLater[i]) {
                nodes[i] = newNode(i, Scenario.nameOf(i), Optional.empty(), 0);
                tick(i, random.nextLong(scenario.intervalNanos()));
            }
        }
    }

    private static int nodeOf(Event event) {
        if (event instanceof Start start) {
            return start.node();
        }
        if (event instanceof Crash crash) {
            return crash.node();
        }
        return event instanceof Stop stop ? stop.node() : -1;
    }

    private SimulatedSidecar newNode(int index, String name, Optional<byte[]> stateFile, long nowNanos) {
        SimulatedSidecar node = new SimulatedSidecar(
                scenario, name, stateFile, expectedOthers(), skewNanos[index], nodeRandom.split(), nowNanos);
        node.onUrgentUpdate(() -> agenda.at(agenda.nowNanos() + WAKE_NANOS, now -> sendUrgent(index, node, now)));
        return node;
    }

    private void sendUrgent(int index, SimulatedSidecar node, long nowNanos) {
        long waitNanos = node.urgentWaitNanos(nowNanos);
        if (nodes[index] != node || waitNanos == Long.MAX_VALUE) {
            return;
        }
        if (waitNanos > 0) {
            agenda.at(nowNanos + waitNanos, now -> sendUrgent(index, node, now));
        } else {
            send(index, node.urgentReports(nowNanos), nowNanos);
        }
    }

    private int expectedOthers() {
        int started = 0;
        for (boolean ever : hasStarted) {
            started += ever ? 1 : 0;
        }
        return started - 1;
    }

    private void tick(int index, long atNanos) {
        SimulatedSidecar node = nodes[index];
        agenda.at(atNanos, now -> {
            if (node != null && nodes[index] == node) {
                send(index, node.reports(now), now);
                tick(index, node.dueNanos());
            }
        });
    }

    private void apply(Event event, long nowNanos) {
        if (event instanceof Crash crash) {
            nodes[crash.node()] = null;
        } else if (event instanceof Stop stop) {
            SimulatedSidecar node = nodes[stop.node()];
            if (node != null) {
                send(stop.node(), node.shutdownReport(nowNanos), nowNanos);
                writeState(stop.node(), node, nowNanos);
                nodes[stop.node()] = null;
            }
        } else if (event instanceof Start start) {
            start(start, nowNanos);
        } else if (event instanceof Partition partition) {
            Arrays.fill(group, partition.groups().size() - 1);
            for (int g = 0; g < partition.groups().size(); g++) {
                for (int node : partition.groups().get(g)) {
                    group[node] = g;
                }
            }
        } else if (event instanceof Heal) {
            Arrays.fill(group, 0);
        } else if (event instanceof Change change) {
            change(change.limit(), nowNanos);
        }
    }

    private void start(Start start, long nowNanos) {
        int index = start.node();
        hasStarted[index] = true;
        nodes[index] = newNode(index, start.name(), stateFileFor(start), nowNanos);
        for (int i = 0; i < nodes.length; i++) {
            receivedUpToNanos[i][index] = awakeNanos(nowNanos);
            receivedUpToNanos[index][i] = awakeNanos(nowNanos);
        }
        tick(index, nowNanos);
        for (int i = 0; i < nodes.length; i++) {
            SimulatedSidecar other = nodes[i];
            if (i != index && other != null) {
                other.expect(expectedOthers(), scenario.onPartition(), nowNanos);
                // A new subscriber gets a full report.
                int sender = i;
                agenda.at(nowNanos + random.nextLong(1 + scenario.intervalNanos()), now -> {
                    if (nodes[sender] == other) {
                        send(sender, other.all(now), now);
                    }
                });
            }
        }
    }

    private Optional<byte[]> stateFileFor(Start start) {
        return start.stateFile() == StateFile.KEPT ? stateFiles.get(start.node()) : Optional.empty();
    }

    private void writeState(int index, SimulatedSidecar node, long nowNanos) {
        if (keepsState[index]) {
            stateFiles.set(index, Optional.of(node.stateFile(nowNanos)));
        }
    }

    /** As a sidecar does while it runs. */
    private void writeStates(long nowNanos) {
        for (int i = 0; i < nodes.length; i++) {
            SimulatedSidecar node = nodes[i];
            if (node != null) {
                writeState(i, node, nowNanos);
            }
        }
        agenda.at(nowNanos + WRITE_NANOS, this::writeStates);
    }

    private void change(Limit limit, long nowNanos) {
        scenario = scenario.withLimit(limit);
        for (SimulatedSidecar node : nodes) {
            if (node != null) {
                // A real sidecar notices the changed file within a second.
                agenda.at(nowNanos, now -> node.change(limit, now));
            }
        }
        trace.limit(limit, nowNanos);
    }

    private void send(int from, List<byte[]> messages, long nowNanos) {
        Scenario.Network network = scenario.network();
        for (byte[] message : messages) {
            trace.message(message.length, nowNanos);
            for (int to = 0; to < nodes.length; to++) {
                if (to != from && nodes[to] != null && group[from] == group[to]) {
                    double fate = network.loss() > 0 ? random.nextDouble() : 1;
                    long delay = random.nextLong(network.delayMinNanos(), network.delayMaxNanos() + 1);
                    if (network.spikeProbability() > 0 && random.nextDouble() < network.spikeProbability()) {
                        delay += network.spikeNanos();
                    }
                    if (fate >= network.loss()) {
                        deliver(from, to, message, nowNanos, nowNanos + delay);
                    }
                }
            }
        }
    }

    private void deliver(int from, int to, byte[] message, long sentNanos, long atNanos) {
        deliveryNanos[from][to] = Math.max(deliveryNanos[from][to], atNanos);
        SimulatedSidecar receiver = nodes[to];
        long sentAwakeNanos = awakeNanos(sentNanos);
        agenda.at(deliveryNanos[from][to], now -> {
            if (receiver != null && nodes[to] == receiver) {
                receiver.receive(message, from, now);
                longestSilenceNanos = Math.max(longestSilenceNanos, awakeNanos(now) - receivedUpToNanos[from][to]);
                receivedUpToNanos[from][to] = sentAwakeNanos;
            }
        });
    }

    /** The time that nodes have seen. */
    private long awakeNanos(long nowNanos) {
        return nowNanos - agenda.skippedNanos();
    }

    boolean isUp(int node) {
        return nodes[node] != null;
    }

    @Nullable
    SimulatedSidecar node(int index) {
        return nodes[index];
    }

    boolean request(int index, long size, long nowNanos) {
        SimulatedSidecar node = nodes[index];
        return node != null && node.request(size, nowNanos);
    }

    /** Whether a shadow limit would have rejected the last {@link #request} on a node. */
    boolean wouldReject(int index) {
        SimulatedSidecar node = nodes[index];
        return node != null && node.wouldReject();
    }

    void expire(long nowNanos) {
        for (SimulatedSidecar node : nodes) {
            if (node != null) {
                node.expire(nowNanos);
            }
        }
    }

    /** The longest time without a report between two nodes; the bound depends on it. */
    double longestSilenceSeconds() {
        return longestSilenceNanos * 1e-9;
    }

    /** By how much the limit may be exceeded now, as any node shows it. */
    double excessBound(long nowNanos) {
        double most = 0;
        for (SimulatedSidecar node : nodes) {
            most = node == null ? most : Math.max(most, node.excessBound(nowNanos));
        }
        return most;
    }

    /** What all nodes together may admit without reports from each other. */
    UnsynchronisedAllowance unsynchronised(long nowNanos) {
        double burst = 0;
        double perSecond = 0;
        for (SimulatedSidecar node : nodes) {
            if (node != null) {
                double atOnce = node.unsynchronised(0, nowNanos);
                burst += atOnce;
                perSecond += node.unsynchronised(1, nowNanos) - atOnce;
            }
        }
        return new UnsynchronisedAllowance(burst, perSecond);
    }

    /** What may be admitted without reports: at once, and with each second. */
    record UnsynchronisedAllowance(double burst, double perSecond) {}

    /** From now on no message is lost or late, so that the remaining usage is reported. */
    void endFaults() {
        scenario = scenario.withNetwork(Scenario.Network.DEFAULT);
    }

    /** For each node that is up: what was charged there, its own usage and remote usage. */
    List<Long> charged() {
        List<Long> charged = new ArrayList<>();
        for (SimulatedSidecar node : nodes) {
            if (node != null) {
                charged.add(node.charged());
            }
        }
        return charged;
    }
}

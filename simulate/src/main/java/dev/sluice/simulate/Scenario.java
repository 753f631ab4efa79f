package dev.sluice.simulate;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import java.util.List;

/**
 * What is simulated.
 *
 * @param nodes 1 to {@value #NODES_MAX}
 * @param dimension what is limited: {@link Dimension#READ_OPS} or {@link Dimension#READ_BYTES}
 * @param limit of the one subject that all clients are
 * @param intervalNanos between two reports of a node
 * @param warmUpNanos what is not measured, below the duration
 */
record Scenario(
        int nodes,
        Dimension dimension,
        Limit limit,
        long intervalNanos,
        long durationNanos,
        long warmUpNanos,
        long seed,
        OnPartition onPartition,
        Network network,
        List<Load> loads,
        List<Event> events) {
    static final int NODES_MAX = 256;
    static final long SECOND_NANOS = 1_000_000_000L;

    Scenario {
        loads = List.copyOf(loads);
        events = List.copyOf(events);
    }

    /**
     * The way between nodes.
     *
     * @param jitter of the interval between reports, 0 to 0.5
     * @param loss how many of the messages are lost, 0 to 1
     * @param spikeProbability how many of them take {@code spikeNanos} longer
     * @param skewNanos wall clocks are wrong by at most that
     */
    record Network(
            long delayMinNanos,
            long delayMaxNanos,
            double jitter,
            double loss,
            double spikeProbability,
            long spikeNanos,
            long skewNanos) {
        static final Network DEFAULT = new Network(200_000, 2_000_000, 0.1, 0, 0, 0, 0);
    }

    /** How requests come. */
    enum Pattern {
        CONSTANT,
        POISSON,
        ON_OFF,
        CLOSED_LOOP,
        TRANSFERS
    }

    /** Which node they come to. */
    enum Balance {
        ROUND_ROBIN,
        RANDOM,
        STICKY,
        SKEWED,
        SHIFTING
    }

    /**
     * Some clients.
     *
     * @param ratePerSecond of an on-off load while it is on; 0 for a closed loop
     * @param node for sticky, skewed and shifting; -1: each closed-loop client has one of its own, else 0
     * @param size what a request moves, in the limit's unit: 1 operation, or the bytes of its body
     * @param bytesPerSecond of a transfer that nothing holds; 0 for other patterns
     */
    record Load(
            String name,
            Pattern pattern,
            Balance balance,
            double ratePerSecond,
            long onNanos,
            long offNanos,
            int clients,
            long serviceNanos,
            int node,
            long periodNanos,
            long fromNanos,
            long toNanos,
            long size,
            double bytesPerSecond) {
        boolean isClosed() {
            return pattern == Pattern.CLOSED_LOOP || pattern == Pattern.TRANSFERS;
        }
    }

    /** Something that happens to the cluster. */
    sealed interface Event {
        long atNanos();
    }

    /** A node dies without a word. */
    record Crash(long atNanos, int node) implements Event {}

    /** A node shuts down in good order. */
    record Stop(long atNanos, int node) implements Event {}

    /** A node starts; one whose first event this is was not there before. */
    record Start(long atNanos, int node) implements Event {}

    /** Groups of nodes no longer hear each other; who isn't named belongs to the last. */
    record Partition(long atNanos, List<List<Integer>> groups) implements Event {
        Partition {
            groups = groups.stream().map(List::copyOf).toList();
        }
    }

    record Heal(long atNanos) implements Event {}

    /** The limits file changes. */
    record Change(long atNanos, Limit limit) implements Event {}

    Scenario withSeed(long other) {
        return new Scenario(
                nodes,
                dimension,
                limit,
                intervalNanos,
                durationNanos,
                warmUpNanos,
                other,
                onPartition,
                network,
                loads,
                events);
    }

    Scenario withLimit(Limit other) {
        return new Scenario(
                nodes,
                dimension,
                other,
                intervalNanos,
                durationNanos,
                warmUpNanos,
                seed,
                onPartition,
                network,
                loads,
                events);
    }

    /** With another meter, also after changes of the limit. */
    Scenario withMeter(MeterAlgorithm meter) {
        List<Event> changed = events.stream()
                .map(event -> event instanceof Change change
                        ? new Change(change.atNanos, Accuracy.with(change.limit, meter))
                        : event)
                .toList();
        return new Scenario(
                nodes,
                dimension,
                Accuracy.with(limit, meter),
                intervalNanos,
                durationNanos,
                warmUpNanos,
                seed,
                onPartition,
                network,
                loads,
                changed);
    }

    Scenario withNetwork(Network other) {
        return new Scenario(
                nodes,
                dimension,
                limit,
                intervalNanos,
                durationNanos,
                warmUpNanos,
                seed,
                onPartition,
                other,
                loads,
                events);
    }

    boolean hasTransfers() {
        return loads.stream().anyMatch(load -> load.pattern() == Pattern.TRANSFERS);
    }

    /** Whether the same nodes hear each other all the time. */
    boolean isStable() {
        return events.stream().allMatch(event -> event instanceof Change || event instanceof Heal);
    }
}

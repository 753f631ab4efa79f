package dev.sluice.simulate.scenario;

import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitRate;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationRateLimit;
import dev.sluice.limits.model.RateAlgorithm;
import dev.sluice.limits.model.RateLimit;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One scenario: a cluster with one limit, its network, its loads and its events.
 *
 * @param nodes 1 to {@value #NODES_MAX}
 * @param dimension {@link Dimension#READ_OPS}, {@link Dimension#READ_BYTES} or {@link Dimension#TOKENS}
 * @param limit of the one user that all clients are; of tokens of the one quota that all take them of
 * @param intervalNanos between two reports of a node
 * @param warmUpNanos at the start, not measured; below the duration
 * @param goals what the figures should be; nothing depends on them
 */
public record Scenario(
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
        List<Event> events,
        Goals goals) {
    public static final int NODES_MAX = 256;
    public static final long SECOND_NANOS = 1_000_000_000L;

    public Scenario {
        loads = List.copyOf(loads);
        events = List.copyOf(events);
    }

    /** A scenario without goals. */
    public Scenario(
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
        this(
                nodes,
                dimension,
                limit,
                intervalNanos,
                durationNanos,
                warmUpNanos,
                seed,
                onPartition,
                network,
                loads,
                events,
                Goals.NONE);
    }

    /**
     * What the figures of a run may be at most. Empty: anything.
     *
     * @param overPercent the excess in the fullest period; an operation is always allowed
     * @param unusedPercent the part of the limit that is not admitted while it is demanded
     * @param rejectedPercent of all requests
     * @param rateErrorPercent the difference to what is due, either way
     */
    public record Goals(
            OptionalDouble overPercent,
            OptionalDouble unusedPercent,
            OptionalDouble rejectedPercent,
            OptionalDouble rateErrorPercent) {
        public static final Goals NONE = new Goals(
                OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    }

    /**
     * The network between nodes.
     *
     * @param jitter of the interval between reports, 0 to 0.5
     * @param loss the part of messages that are lost, 0 to 1
     * @param spikeProbability the part of messages that take {@code spikeNanos} longer
     * @param skewNanos the largest error of a wall clock
     */
    public record Network(
            long delayMinNanos,
            long delayMaxNanos,
            double jitter,
            double loss,
            double spikeProbability,
            long spikeNanos,
            long skewNanos) {
        public static final Network DEFAULT = new Network(200_000, 2_000_000, 0.1, 0, 0, 0, 0);
    }

    /** When requests are sent. */
    public enum Pattern {
        CONSTANT,
        POISSON,
        ON_OFF,
        CLOSED_LOOP,
        TRANSFERS
    }

    /** Which node a request goes to. */
    public enum Balance {
        ROUND_ROBIN,
        RANDOM,
        STICKY,
        SKEWED,
        SHIFTING
    }

    /**
     * A group of clients with the same pattern.
     *
     * @param ratePerSecond of an on-off load: while it is on; 0 for a closed loop
     * @param node for sticky, skewed and shifting; -1: each closed-loop client has its own node, other loads use node 0
     * @param size of a request in the limit's unit: 1 operation, or the bytes of its body; of tokens the fewest of a call
     * @param bytesPerSecond of an unlimited transfer; 0 for other patterns
     * @param sizeMax the most tokens of a call; else {@code size}
     */
    public record Load(
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
            double bytesPerSecond,
            long sizeMax) {
        /** A load of requests that all have one size. */
        public Load(
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
            this(
                    name,
                    pattern,
                    balance,
                    ratePerSecond,
                    onNanos,
                    offNanos,
                    clients,
                    serviceNanos,
                    node,
                    periodNanos,
                    fromNanos,
                    toNanos,
                    size,
                    bytesPerSecond,
                    size);
        }

        public boolean isClosed() {
            return pattern == Pattern.CLOSED_LOOP || pattern == Pattern.TRANSFERS;
        }
    }

    /** A change of the cluster during the run. */
    public sealed interface Event {
        long atNanos();
    }

    /** A node stops without a shutdown report. */
    public record Crash(long atNanos, int node) implements Event {}

    /** A node shuts down gracefully. */
    public record Stop(long atNanos, int node) implements Event {}

    /**
     * A node starts. If this is its first event, it was down before.
     *
     * @param name of the new incarnation, at the address of the old one
     */
    public record Start(long atNanos, int node, StateFile stateFile, String name) implements Event {
        /** A start under the usual name, without a state file. */
        public Start(long atNanos, int node) {
            this(atNanos, node, StateFile.LOST, nameOf(node));
        }
    }

    /** What becomes of the state file of a node that starts again. */
    public enum StateFile {
        KEPT,
        LOST
    }

    /** The usual name of a node. */
    public static String nameOf(int node) {
        return "node" + node;
    }

    /** Groups of nodes no longer reach each other. Unnamed nodes belong to the last group. */
    public record Partition(long atNanos, List<List<Integer>> groups) implements Event {
        public Partition {
            groups = groups.stream().map(List::copyOf).toList();
        }
    }

    public record Heal(long atNanos) implements Event {}

    /** The limit changes. */
    public record Change(long atNanos, Limit limit) implements Event {}

    public Scenario withSeed(long other) {
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
                events,
                goals);
    }

    public Scenario withLimit(Limit other) {
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
                events,
                goals);
    }

    /** Returns it with another meter, also for changes of the limit. */
    public Scenario withMeter(MeterAlgorithm meter) {
        List<Event> changed = events.stream()
                .map(event -> event instanceof Change change
                        ? new Change(change.atNanos, withMeter(change.limit, meter))
                        : event)
                .toList();
        return new Scenario(
                nodes,
                dimension,
                withMeter(limit, meter),
                intervalNanos,
                durationNanos,
                warmUpNanos,
                seed,
                onPartition,
                network,
                loads,
                changed,
                goals);
    }

    private static Limit withMeter(Limit limit, MeterAlgorithm meter) {
        if (!(limit instanceof RateLimit before)) {
            return limit;
        }
        RateAlgorithm algorithm = RateAlgorithm.of(meter, Math.max(1, limit.capacity()));
        LimitRate rate = new LimitRate(
                limit.amount(),
                limit.periodNanos(),
                algorithm,
                algorithm.supported(before.rate().sharing()));
        return limit instanceof ByteRateLimit ? ByteRateLimit.of(rate) : new OperationRateLimit(rate, limit.onExceed());
    }

    /** Returns it with another rule for requests without room, also for changes of the limit. */
    public Scenario withOnExceed(OnExceed onExceed) {
        List<Event> changed = events.stream()
                .map(event -> event instanceof Change change
                        ? new Change(change.atNanos, change.limit.with(onExceed))
                        : event)
                .toList();
        return new Scenario(
                nodes,
                dimension,
                limit.with(onExceed),
                intervalNanos,
                durationNanos,
                warmUpNanos,
                seed,
                onPartition,
                network,
                loads,
                changed,
                goals);
    }

    public Scenario withNetwork(Network other) {
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
                events,
                goals);
    }

    public boolean hasTransfers() {
        return loads.stream().anyMatch(load -> load.pattern() == Pattern.TRANSFERS);
    }

    /** Whether the same nodes reach each other all the time. */
    public boolean isStable() {
        return events.stream().allMatch(event -> event instanceof Change || event instanceof Heal);
    }
}

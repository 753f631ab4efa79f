package dev.sluice.sync.wire;

/**
 * The identity of a node on the bus.
 *
 * @param clusterHash {@link ClusterName#hash}
 * @param node the name for people, 1 to 255 bytes
 * @param incarnation 64 random bits, new at each start; peers identify a node by them
 * @param intervalNanos between two ticks, 1 ms to 60 s
 */
public record NodeIdentity(long clusterHash, String node, long incarnation, long intervalNanos) {
    public NodeIdentity {
        NodeName.problemOf(node).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        if (intervalNanos < Report.INTERVAL_NANOS_MIN || intervalNanos > Report.INTERVAL_NANOS_MAX) {
            throw new IllegalArgumentException("an interval of " + intervalNanos + " ns");
        }
    }
}

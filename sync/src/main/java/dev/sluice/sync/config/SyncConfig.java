package dev.sluice.sync.config;

import dev.sluice.limits.model.OnPartition;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.wire.NodeName;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a node for the sync between sidecars. Validated: a constructed config is usable, as far as this
 * can be known without the network.
 *
 * @param nodeName 1 to 255 bytes, for people
 * @param listen {@code tcp://address:port}; {@code *} for the address: every interface; 0 or {@code *} for the
 *     port: any free one
 * @param cluster only nodes of the same cluster charge each other; not empty
 * @param intervalNanos between two reports, 10 ms to 10 s
 * @param peers {@code tcp://host:port} of the others, at most {@value #PEERS_MAX}; a name with several addresses
 *     stands for all of them; this node's own endpoint does no harm. The bus reports endpoints that can't be used.
 * @param onPartition what may be admitted while not all peers are live
 * @param bytesPerSecondMax of entries to each peer, 10,000 to {@value #RATE_MAX}; more is deferred, the lowest
 *     priority first
 * @param keys the CURVE keys at the start; empty: no authentication
 * @param addressing how nodes reach each other otherwise
 */
public record SyncConfig(
        String nodeName,
        String listen,
        String cluster,
        long intervalNanos,
        List<String> peers,
        OnPartition onPartition,
        long bytesPerSecondMax,
        Optional<KeyRing> keys,
        NodeAddressing addressing) {
    /** How many peers a node connects to, and how many it remembers. */
    public static final int PEERS_MAX = 1024;

    /** The default rate, bytes a second: 10,000 busy subjects need it at 100 ms. */
    public static final long RATE_DEFAULT = 2_500_000;

    static final long RATE_MIN = 10_000;
    public static final long RATE_MAX = 1_000_000_000;

    static final long INTERVAL_NANOS_MIN = 10_000_000L;
    static final long INTERVAL_NANOS_MAX = 10_000_000_000L;

    /** Makes the config of a node without keys, with {@link OnPartition#AUTO}. */
    public SyncConfig(String nodeName, String listen, String cluster, long intervalNanos, List<String> peers) {
        this(nodeName, listen, cluster, intervalNanos, peers, OnPartition.AUTO, Optional.empty());
    }

    /** Makes the config of a node with {@link #RATE_DEFAULT} and direct connections. */
    public SyncConfig(
            String nodeName,
            String listen,
            String cluster,
            long intervalNanos,
            List<String> peers,
            OnPartition onPartition,
            Optional<KeyRing> keys) {
        this(nodeName, listen, cluster, intervalNanos, peers, onPartition, RATE_DEFAULT, keys, NodeAddressing.DIRECT);
    }

    public SyncConfig {
        NodeName.problemOf(nodeName).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        Endpoint.toListen(listen);
        if (cluster.isEmpty()) {
            throw new IllegalArgumentException("the cluster has no name");
        }
        if (intervalNanos < INTERVAL_NANOS_MIN || intervalNanos > INTERVAL_NANOS_MAX) {
            throw new IllegalArgumentException(
                    "the sync interval is " + intervalNanos / 1e6 + " ms; it may be 10 ms to 10 s");
        }
        if (bytesPerSecondMax < RATE_MIN || bytesPerSecondMax > RATE_MAX) {
            throw new IllegalArgumentException("a rate of " + bytesPerSecondMax + " B/s");
        }
        peers = checkedPeers(peers);
    }

    public static List<String> checkedPeers(List<String> peers) {
        List<String> distinct = peers.stream().distinct().toList();
        if (distinct.size() > PEERS_MAX) {
            throw new IllegalArgumentException(distinct.size() + " peers; at most " + PEERS_MAX + " are allowed");
        }
        return distinct;
    }

    public NodeIdentity identity(long incarnation) {
        return new NodeIdentity(ClusterName.hash(cluster), nodeName, incarnation, intervalNanos);
    }
}

package dev.sluice.sync.config;

import java.util.List;
import java.util.Optional;

/**
 * How sidecars reach each other if not simply at their listen addresses.
 *
 * @param advertise {@code tcp://host:port} at which others reach this node; this node doesn't connect to it. Empty:
 *     the listen address
 * @param relays {@code tcp://host:port} of relays that forward the reports of others; they are no nodes
 * @param nodes the smallest size of the cluster, including this node; 0: as many nodes as are listed or were live
 */
public record NodeAddressing(Optional<String> advertise, List<String> relays, int nodes) {
    /** Direct connections to the listen address. */
    public static final NodeAddressing DIRECT = new NodeAddressing(Optional.empty(), List.of(), 0);

    /** The largest cluster; further sidecars are ignored. */
    public static final int NODES_MAX = SyncConfig.PEERS_MAX;

    public NodeAddressing {
        advertise.ifPresent(Endpoint::toConnect);
        relays = SyncConfig.checkedPeers(relays);
        if (nodes < 0 || nodes > NODES_MAX) {
            throw new IllegalArgumentException(nodes + " nodes; at most " + NODES_MAX + " are possible");
        }
    }
}

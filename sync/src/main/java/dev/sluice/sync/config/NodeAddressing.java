package dev.sluice.sync.config;

import java.util.List;
import java.util.Optional;

/**
 * How sidecars reach each other where it is not simply by the addresses that they listen on.
 *
 * @param advertise {@code tcp://host:port} by which others reach this node; what is found there is not connected to. Empty: as
 *     it listens
 * @param relays {@code tcp://host:port} of relays that pass on the reports of others; they are no nodes
 * @param nodes how many the cluster has at least, this one included; 0: as many as are listed or were heard
 */
public record NodeAddressing(Optional<String> advertise, List<String> relays, int nodes) {
    /** Directly, and nowhere else than where it listens. */
    public static final NodeAddressing DIRECT = new NodeAddressing(Optional.empty(), List.of(), 0);

    /** More sidecars than that are not heard. */
    public static final int NODES_MAX = SyncConfig.PEERS_MAX;

    public NodeAddressing {
        advertise.ifPresent(Endpoint::toConnect);
        relays = SyncConfig.checkedPeers(relays);
        if (nodes < 0 || nodes > NODES_MAX) {
            throw new IllegalArgumentException(nodes + " nodes; at most " + NODES_MAX + " are possible");
        }
    }
}

package dev.sluice.sync.wire;

import dev.sluice.common.NodeService;
import java.util.List;
import java.util.Optional;

/**
 * The incarnations of the live peers of one node, as its reports list them from time to time, and where that node serves
 * HTTP. Immutable.
 *
 * @param incarnations at most {@value #PEERS_MAX}, in no order
 * @param service of the node itself; empty: not reported
 */
public record LivePeers(List<Long> incarnations, Optional<NodeService> service) {
    /** A node with more live peers lists none. The list helps small clusters, and it must stay cheap. */
    public static final int PEERS_MAX = 64;

    public static final LivePeers NONE = new LivePeers(List.of());

    public LivePeers {
        incarnations = List.copyOf(incarnations);
        if (incarnations.size() > PEERS_MAX) {
            throw new IllegalArgumentException(incarnations.size() + " incarnations");
        }
    }

    /** The live peers of a node that doesn't report where it serves. */
    public LivePeers(List<Long> incarnations) {
        this(incarnations, Optional.empty());
    }

    /** The same peers of a node that serves there. */
    public LivePeers with(Optional<NodeService> ofNode) {
        return ofNode.equals(service) ? this : new LivePeers(incarnations, ofNode);
    }
}

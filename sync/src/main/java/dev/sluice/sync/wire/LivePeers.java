package dev.sluice.sync.wire;

import java.util.List;

/**
 * The incarnations of the live peers of one node, as its reports list them from time to time. Immutable.
 *
 * @param incarnations at most {@value #PEERS_MAX}, in no order
 */
public record LivePeers(List<Long> incarnations) {
    /** A node with more live peers lists none. The list helps small clusters, and it must stay cheap. */
    public static final int PEERS_MAX = 64;

    public static final LivePeers NONE = new LivePeers(List.of());

    public LivePeers {
        incarnations = List.copyOf(incarnations);
        if (incarnations.size() > PEERS_MAX) {
            throw new IllegalArgumentException(incarnations.size() + " incarnations");
        }
    }
}

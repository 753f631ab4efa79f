package dev.sluice.sync.wire;

import java.util.List;

/**
 * Whom a node hears: the incarnations of its live peers, as its reports tell now and then. Immutable.
 *
 * @param incarnations at most {@value #PEERS_MAX}, in no order
 */
public record LivePeers(List<Long> incarnations) {
    /** Who hears more tells of none: what it is good for is small clusters' concern, and it has to stay cheap. */
    public static final int PEERS_MAX = 64;

    public static final LivePeers NONE = new LivePeers(List.of());

    public LivePeers {
        incarnations = List.copyOf(incarnations);
        if (incarnations.size() > PEERS_MAX) {
            throw new IllegalArgumentException(incarnations.size() + " incarnations");
        }
    }
}

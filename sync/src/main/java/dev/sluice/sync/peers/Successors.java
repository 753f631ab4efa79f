package dev.sluice.sync.peers;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What incarnations that ended are recognised by in those that are live. A node may come back under another name at its
 * address, or under its name at another address. Many nodes have the address of a relay.
 */
record Successors(Set<String> names, Set<String> endpoints) {
    /**
     * Those that are live.
     *
     * @param relays addresses that are no node's
     */
    static Successors of(Collection<PeerIncarnation> peers, Set<String> relays) {
        Successors live = new Successors(new HashSet<>(), new HashSet<>());
        for (PeerIncarnation peer : peers) {
            if (peer.isLive()) {
                live.names.add(peer.node());
                live.endpoints.add(peer.endpoint());
            }
        }
        live.endpoints.removeAll(relays);
        return live;
    }

    /** Whether one of them is what has become of an incarnation. */
    boolean hasOneOf(PeerIncarnation ended) {
        return names.contains(ended.node()) || endpoints.contains(ended.endpoint());
    }
}

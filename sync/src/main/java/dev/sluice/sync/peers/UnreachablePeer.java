package dev.sluice.sync.peers;

import java.util.List;

/**
 * A node that is live for peers and not for this node: the network between them is cut, or the node isn't listed
 * here.
 *
 * @param node its name; empty: no report of it ever came here
 * @param incarnation 16 hex digits
 * @param reachableFrom the names of the live peers for which it is live
 * @param silentNanos how long no report of it has come here; if there never was one: since a peer first listed it
 * @param isPartitioned whether this node counts as cut off from it, and so admits no more than {@link
 *     dev.sluice.limits.model.OnPartition#fraction(int, int, int)} says; false: it may just have started or ended
 */
public record UnreachablePeer(
        String node, String incarnation, List<String> reachableFrom, long silentNanos, boolean isPartitioned) {
    public UnreachablePeer {
        reachableFrom = List.copyOf(reachableFrom);
    }
}

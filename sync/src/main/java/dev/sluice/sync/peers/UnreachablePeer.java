package dev.sluice.sync.peers;

import java.util.List;

/**
 * A node that peers hear and this node doesn't: the way from it to here is cut, or it isn't listed here.
 *
 * @param node its name; empty: it was never heard here
 * @param incarnation 16 hex digits
 * @param by the names of the live peers that hear it
 * @param silentNanos how long it hasn't been heard here; of one that never was: since a peer told of it
 * @param isCounted whether this node takes itself for cut off from it, and so admits no more than
 *     {@link dev.sluice.limits.model.OnPartition#fraction(int, int, int)} says; false: it may just have come or gone
 */
public record UnreachablePeer(String node, String incarnation, List<String> by, long silentNanos, boolean isCounted) {
    public UnreachablePeer {
        by = List.copyOf(by);
    }
}

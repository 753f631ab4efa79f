package dev.sluice.sync.wire;

import java.util.Locale;

/** Why a received message was not used. */
public enum DropReason {
    /** The bytes are not a report, or a damaged one. */
    MALFORMED,
    /** The message has a version of the format that this node can't read. */
    VERSION,
    /** The report belongs to another cluster. */
    CLUSTER,
    /** This node sent the report itself. */
    ECHO,
    /** The report is not newer than the last one of its sender: it was repeated, reordered, or arrived on two paths. */
    REPLAYED,
    /** The report comes from one peer more than the peer table holds. */
    PEERS_FULL,
    /** The incarnation has ended: it shut down, or another one took its place at the same link. */
    ENDED,
    /** The node at the link is another incarnation too often. */
    INCARNATIONS;

    /**
     * A text for the operator about a peer whose reports are dropped for this reason; empty: nothing is wrong with
     * the peer.
     */
    public String problem() {
        return switch (this) {
            case MALFORMED -> "its messages are no reports";
            case VERSION -> "its reports have another version of the format";
            case CLUSTER -> "it belongs to another cluster (sync.cluster)";
            case PEERS_FULL -> "there are more peers than this node can hold";
            case ENDED -> "it sends reports of a node that has ended, or two nodes are behind one address";
            case INCARNATIONS -> "it starts again and again, or several nodes are behind one address";
            case ECHO, REPLAYED -> "";
        };
    }

    /** The name in logs, metrics and the admin API. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

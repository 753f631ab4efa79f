package dev.sluice.sync.wire;

import java.util.Locale;

/** Why a received message was not used. */
public enum DropReason {
    /** Not a report, or a damaged one. */
    MALFORMED,
    /** A version of the format that this node doesn't speak. */
    VERSION,
    /** A report of another cluster. */
    CLUSTER,
    /** This node's own report. */
    ECHO,
    /** Not newer than what was heard of its sender: repeated, reordered, or come by two ways. */
    REPLAYED,
    /** From one peer more than there is room for. */
    PEERS_FULL;

    /** What to tell people of one whose reports are dropped for it; empty: nothing is wrong with it. */
    public String problem() {
        return switch (this) {
            case MALFORMED -> "what it sends is no report";
            case VERSION -> "it speaks another version of the format";
            case CLUSTER -> "it is of another cluster (sync.cluster)";
            case PEERS_FULL -> "there is no room for so many peers";
            case ECHO, REPLAYED -> "";
        };
    }

    /** The word for logs, metrics and the admin API. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.sluice.sync.wire;

import java.util.List;

/**
 * The part of a report that acknowledges the reports of others. Immutable.
 *
 * @param isAsking whether the sender wants to know what others received of its own reports
 * @param receipts for the nodes that want to know it, at most {@value #PEERS_MAX}
 */
public record Receipts(boolean isAsking, List<Receipt> receipts) {
    /** Where more nodes ask, none gets a receipt: each report would be as large as many entries. */
    public static final int PEERS_MAX = 64;

    /** Nothing is asked for, and nothing acknowledged. */
    public static final Receipts NONE = new Receipts(false, List.of());

    public Receipts {
        receipts = List.copyOf(receipts);
        if (receipts.size() > PEERS_MAX) {
            throw new IllegalArgumentException(receipts.size() + " receipts");
        }
    }
}

package dev.sluice.sync.peers;

/** How things stand with a peer. */
public enum PeerState {
    LIVE,
    /** Not heard for longer than it may be silent. */
    SILENT,
    /** It said that it shuts down. */
    LEFT,
    /** Silent or gone, and a peer of the same name is live: it was restarted. */
    REPLACED
}

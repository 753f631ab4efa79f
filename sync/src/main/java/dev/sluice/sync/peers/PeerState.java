package dev.sluice.sync.peers;

/** The state of a peer. */
public enum PeerState {
    LIVE,
    /** No report came for longer than the peer may be silent. */
    SILENT,
    /** The peer reported its shutdown. */
    LEFT,
    /** The peer is silent or has left, and a peer of the same name or address is live: it was restarted. */
    REPLACED
}

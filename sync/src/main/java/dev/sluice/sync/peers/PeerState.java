package dev.sluice.sync.peers;

/** The state of a peer. */
public enum PeerState {
    LIVE,
    /** No report came for longer than the peer may be silent. */
    SILENT,
    /** The peer reported its shutdown. */
    LEFT,
    /** Another incarnation took its place: at its link, or a live peer has its name or key. It was restarted. */
    REPLACED,
    /** Another link brings the same reports: the node is listed twice. It counts once. */
    COPY
}

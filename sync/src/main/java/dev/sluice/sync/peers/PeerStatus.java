package dev.sluice.sync.peers;

/**
 * What is known of one peer at one moment.
 *
 * @param node its name
 * @param incarnation 16 hex digits
 * @param endpoint {@code tcp://address:port} that it was heard by
 * @param sinceNanos how long ago it was first heard, or heard again after a silence
 * @param lastReceivedNanos how long ago it was last heard, not counting pauses of this process
 * @param lagMillis this node's wall clock less the sender's in its last report: the way and the skew together
 * @param sequence of its last report
 * @param reports taken from it
 * @param lost reports that never came, by the gaps in its sequences
 * @param bytes of the reports taken
 * @param subjects known of it now
 * @param intervalNanos between its ticks, as it says
 * @param limitsFingerprint of the limits in force there, as it says; 0: it does not
 */
public record PeerStatus(
        String node,
        String incarnation,
        String endpoint,
        long sinceNanos,
        long lastReceivedNanos,
        long lagMillis,
        long sequence,
        long reports,
        long lost,
        long bytes,
        int subjects,
        long intervalNanos,
        long limitsFingerprint,
        PeerState state) {
}

package dev.sluice.sync.peers;

import dev.sluice.common.NodeService;
import java.util.Optional;

/**
 * The status of one peer at one moment, for people.
 *
 * @param node its name
 * @param incarnation 16 hex digits
 * @param endpoint {@code tcp://address:port} from which its reports come
 * @param sinceNanos how long ago its first report came, or the first after a silence
 * @param lastReceivedNanos how long ago its last report came, without pauses of this process
 * @param lagMillis this node's wall clock minus the sender's in its last report: transit and clock skew together
 * @param sequence of its last report
 * @param reports taken from it
 * @param lost reports that never came, by the gaps in its sequences
 * @param bytes of the reports taken
 * @param subjects that it reports now
 * @param intervalNanos between its ticks, as reported
 * @param limitsFingerprint of the limits in force at the peer; 0: not reported
 * @param service where it serves HTTP; empty: not reported, or it is not live
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
        Optional<NodeService> service,
        PeerState state) {}

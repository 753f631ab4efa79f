package dev.sluice.sync.wire;

import java.util.List;
import java.util.Optional;

/**
 * One message of the bus: the use that one node has made of its limits so far. A report without entries is a
 * heartbeat. Immutable.
 *
 * @param clusterHash {@link ClusterName#hash}
 * @param node the sender's name, 1 to 255 bytes of UTF-8, for people only
 * @param incarnation random, drawn when the sender started; it identifies the sender
 * @param sequence the number of the report within the incarnation, from 1
 * @param wallMillis the sender's wall clock; shown as lag, never used to decide
 * @param intervalNanos the sender's interval between ticks, 1 ms to 60 s; on the wire in microseconds
 * @param uptimeNanos since the incarnation began, at least 0; on the wire in milliseconds, at most 2^32 - 1
 * @param senderState whether this is the last report of the incarnation
 * @param limitsFingerprint of the limits in force at the sender; 0: not reported
 * @param delays how long the newly reported operations waited for the report; empty: not reported
 * @param livePeers the live peers of the sender; empty: not in this report
 */
public record Report(
        long clusterHash,
        String node,
        long incarnation,
        long sequence,
        long wallMillis,
        long intervalNanos,
        long uptimeNanos,
        SenderState senderState,
        long limitsFingerprint,
        Optional<ReportDelays> delays,
        Optional<LivePeers> livePeers,
        List<UsageEntry> entries) {
    /** The longest time between two reports of one subject that the sender still knows. */
    public static final long SUBJECT_REPEAT_NANOS_MAX = 10_000_000_000L;

    private static final long SILENCE_NANOS_MIN = 300_000_000L;

    static final long INTERVAL_NANOS_MIN = 1_000_000L;
    static final long INTERVAL_NANOS_MAX = 60_000_000_000L;

    /** How long a sender with that interval may be silent before its peers take it for gone. */
    public static long silenceNanosMax(long intervalNanos) {
        return Math.max(5 * intervalNanos, SILENCE_NANOS_MIN);
    }

    public Report {
        NodeName.problemOf(node).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence " + sequence + " is below 1");
        }
        if (intervalNanos < INTERVAL_NANOS_MIN || intervalNanos > INTERVAL_NANOS_MAX) {
            throw new IllegalArgumentException("an interval of " + intervalNanos + " ns");
        }
        if (uptimeNanos < 0) {
            throw new IllegalArgumentException("an uptime of " + uptimeNanos + " ns");
        }
        if (livePeers.isPresent() && delays.isEmpty()) {
            throw new IllegalArgumentException("live peers without delays");
        }
        entries = List.copyOf(entries);
        for (UsageEntry entry : entries) {
            if (entry.born() > sequence) {
                throw new IllegalArgumentException("born " + entry.born() + " after report " + sequence);
            }
        }
    }
}

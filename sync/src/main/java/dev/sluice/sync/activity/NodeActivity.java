package dev.sluice.sync.activity;

import java.util.List;

/**
 * What a sidecar reports of itself to be shown to people. Counts are cumulative since its start. Immutable.
 *
 * @param requests how requests ended
 * @param bytesToClients of bodies
 * @param bytesFromClients likewise
 * @param inFlight requests in progress now
 * @param connections of clients that are open now
 * @param peers how it receives its own peers
 * @param gateway whether the gateway can be reached
 * @param limitsFile whether the limits file is good
 * @param durations of small requests, to the client, by class
 * @param upstreamDurations likewise, at the gateway
 * @param addedDurations likewise, what the sidecar added
 * @param limits those with the most pressure, at most {@value #LIMITS_MAX}
 */
public record NodeActivity(
        RequestActivity requests,
        long bytesToClients,
        long bytesFromClients,
        long inFlight,
        long connections,
        PeersActivity peers,
        PartActivity gateway,
        PartActivity limitsFile,
        List<Long> durations,
        List<Long> upstreamDurations,
        List<Long> addedDurations,
        List<LimitActivity> limits) {
    /** The most limits of one report. */
    public static final int LIMITS_MAX = 64;
    /** The most classes of durations. */
    public static final int CLASSES_MAX = 32;

    /**
     * How requests ended; each counts once.
     *
     * @param admitted the gateway's whole response was passed on
     * @param rejected by a limit
     * @param failed at the gateway
     * @param other malformed, beyond the number of connections, or left by the client
     */
    public record RequestActivity(long admitted, long rejected, long failed, long other) {
        public RequestActivity {
            checkCount(admitted);
            checkCount(rejected);
            checkCount(failed);
            checkCount(other);
        }
    }

    /**
     * How a sidecar receives its own peers.
     *
     * @param live so many are received
     * @param known so many there are
     * @param oldestReportMillis the age of the oldest of their last reports; 0 if none is received
     * @param lostReports since the start
     */
    public record PeersActivity(long live, long known, long oldestReportMillis, long lostReports) {
        /** Without sync. */
        public static final PeersActivity NONE = new PeersActivity(0, 0, 0, 0);

        public PeersActivity {
            checkCount(live);
            checkCount(known);
            checkCount(oldestReportMillis);
            checkCount(lostReports);
        }
    }

    public NodeActivity {
        checkCount(bytesToClients);
        checkCount(bytesFromClients);
        checkCount(inFlight);
        checkCount(connections);
        durations = checkedClasses(durations);
        upstreamDurations = checkedClasses(upstreamDurations);
        addedDurations = checkedClasses(addedDurations);
        limits = List.copyOf(limits);
        if (limits.size() > LIMITS_MAX) {
            throw new IllegalArgumentException(limits.size() + " limits");
        }
    }

    private static void checkCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("a count of " + count);
        }
    }

    private static List<Long> checkedClasses(List<Long> classes) {
        if (classes.size() > CLASSES_MAX) {
            throw new IllegalArgumentException(classes.size() + " classes");
        }
        classes.forEach(NodeActivity::checkCount);
        return List.copyOf(classes);
    }
}

package dev.sluice.proxy.replay;

import java.util.List;

/**
 * What a replay found.
 *
 * @param requests of the log that limits apply to
 * @param from UTC, when the first of them came; empty: there are none
 * @param to likewise, the last
 * @param admitted at once or after a wait
 * @param rejected by enforced limits
 * @param wouldReject admitted, and rejected if shadow limits were enforced
 * @param waited for room before they were decided
 * @param slowedTransfers transfers that limits on bytes would have held up
 * @param slowedSeconds by how much together
 * @param exempt entries that no limit applies to: probes, the Admin API, system users
 * @param unauthenticated entries of requests whose signature RGW refused
 * @param badLines lines that are no entries
 * @param firstBadLines some of them, and why
 * @param lateLines entries that came too late to be put in order
 * @param rows one for each user and limit that would have rejected, the most first
 * @param rowsLeftOut how many more there are
 */
record ReplayReport(
        long requests,
        String from,
        String to,
        long admitted,
        long rejected,
        long wouldReject,
        long waited,
        long slowedTransfers,
        double slowedSeconds,
        long exempt,
        long unauthenticated,
        long badLines,
        List<String> firstBadLines,
        long lateLines,
        List<ReplayRow> rows,
        long rowsLeftOut) {
    ReplayReport {
        firstBadLines = List.copyOf(firstBadLines);
        rows = List.copyOf(rows);
    }
}

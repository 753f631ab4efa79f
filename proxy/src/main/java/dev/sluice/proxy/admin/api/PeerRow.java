package dev.sluice.proxy.admin.api;

import dev.sluice.sync.peers.PeerState;

/**
 * One run of another sidecar.
 *
 * @param incarnation 16 hex digits, others for each run
 * @param stateAgeSeconds since when reports come, or come again after a silence
 * @param lastReportAgeSeconds since the last report
 * @param lagSeconds transit delay of the last report and difference of the clocks together
 * @param sequence of the last report
 * @param reports received
 * @param lostReports never received, by the gaps in the sequence
 * @param bytes of the reports
 * @param subjects of which its usage is known
 * @param limits whether its limits are those of this sidecar
 * @param limitsFingerprint 16 hex digits; zeros: not reported
 */
public record PeerRow(
        String node,
        String incarnation,
        String endpoint,
        PeerState state,
        double stateAgeSeconds,
        double lastReportAgeSeconds,
        double lagSeconds,
        long sequence,
        long reports,
        long lostReports,
        long bytes,
        int subjects,
        LimitsComparison limits,
        String limitsFingerprint) {}

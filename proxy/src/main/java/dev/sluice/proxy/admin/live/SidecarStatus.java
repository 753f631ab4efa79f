package dev.sluice.proxy.admin.live;

import dev.sluice.proxy.admin.live.body.NowBody.SidecarState;
import java.util.Optional;

/**
 * How a sidecar is, as this one knows it. Immutable.
 *
 * @param node its name, of which there is one
 * @param incarnation 16 hex digits; empty: this sidecar
 * @param sinceMillis when it began to be so, by the wall clock here
 * @param reportAgeNanos since its last report
 * @param limitsHash of its limits in force; 0: not known
 * @param peers how it receives its own peers; empty: not known
 */
record SidecarStatus(
        String node,
        String incarnation,
        SidecarState state,
        long sinceMillis,
        long reportAgeNanos,
        LivePart gateway,
        LivePart limitsFile,
        long limitsHash,
        Optional<PeersSeen> peers) {
    /**
     * How a sidecar receives its peers.
     *
     * @param oldestReportMillis 0 if none is received
     */
    record PeersSeen(long live, long known, long oldestReportMillis, long lost) {}

    boolean isSelf() {
        return incarnation.isEmpty();
    }

    boolean isLive() {
        return state == SidecarState.LIVE;
    }
}

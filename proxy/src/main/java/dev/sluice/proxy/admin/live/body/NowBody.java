package dev.sluice.proxy.admin.live.body;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.OnExceed;
import dev.sluice.limits.model.Scope;
import dev.sluice.proxy.admin.json.JsonKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The event of each second: {@code docs/live.md} explains it. An empty value is one that is not known. */
public record NowBody(
        double time,
        String node,
        LatencyNow total,
        List<SidecarNow> sidecars,
        List<ProblemNow> problems,
        LimitsNow limits,
        List<LiveEvent> events) {
    public NowBody {
        sidecars = List.copyOf(sidecars);
        problems = List.copyOf(problems);
        events = List.copyOf(events);
    }

    /** Of small requests in the last seconds: medians, and a percentile. */
    public record LatencyNow(
            Optional<Number> latencySeconds,
            Optional<Number> latencyP99Seconds,
            Optional<Number> upstreamSeconds,
            Optional<Number> addedSeconds) {}

    /** How a sidecar is to the others. */
    public enum SidecarState {
        LIVE,
        SILENT,
        LEFT
    }

    /** One sidecar. */
    public record SidecarNow(
            String node,
            String incarnation,
            @JsonKey("is_self") boolean self,
            SidecarState state,
            double stateSince,
            double lastReportAgeSeconds,
            Optional<Number> peersLive,
            Optional<Number> peersKnown,
            Optional<Number> peerReportAgeSeconds,
            Optional<Number> lostReports,
            GatewayNow gateway,
            LimitsFileNow limits,
            Optional<Number> admitted,
            Optional<Number> rejected,
            Optional<Number> failed,
            Optional<Number> other,
            Optional<Number> bytesToClients,
            Optional<Number> bytesFromClients,
            Optional<Number> inFlight,
            Optional<Number> connections,
            Optional<Number> latencySeconds,
            Optional<Number> latencyP99Seconds,
            Optional<Number> upstreamSeconds,
            Optional<Number> addedSeconds) {}

    /** The gateway of a sidecar: {@code up}, {@code down} or {@code unknown}. */
    public record GatewayNow(String state, Optional<Number> since, String problem) {}

    /** The limits of a sidecar. Its state is one of ok, stale and unknown. */
    public record LimitsFileNow(
            String state,
            Optional<Number> since,
            String problem,
            String hash,
            @JsonKey("is_same") Optional<Boolean> same) {}

    /** What is wrong. */
    public enum ProblemKind {
        PEER_SILENT,
        GATEWAY_DOWN,
        SYNC_FAILING,
        LIMITS_FILE_BAD,
        LIMITS_DIFFER
    }

    /** One thing that is wrong now, wherever it is. */
    public record ProblemNow(
            ProblemKind kind, LiveEvent.EventLevel level, List<String> sidecars, double since, String message) {
        public ProblemNow {
            sidecars = List.copyOf(sidecars);
        }
    }

    /** The limits in use, of which some are shown. */
    public record LimitsNow(int inUse, int over, int more, Number moreUsedRatio, List<LimitRow> rows) {
        public LimitsNow {
            rows = List.copyOf(rows);
        }
    }

    /** One limit. */
    public record LimitRow(
            String key,
            Scope scope,
            String subject,
            Dimension dimension,
            String limit,
            long limitAmount,
            Number periodSeconds,
            String meter,
            OnExceed.Action onExceed,
            String origin,
            Number used,
            Number usedRatio,
            Optional<Number> askedRatio,
            Map<String, Number> shares,
            Number rejectedPerSecond,
            Number wouldRejectPerSecond,
            Optional<Number> rejectedRatio,
            long waiting,
            Optional<Number> excess,
            Number amount,
            Map<String, Number> admitted,
            Number rejected,
            Number wouldReject) {}
}

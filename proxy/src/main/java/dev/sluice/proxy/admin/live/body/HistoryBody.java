package dev.sluice.proxy.admin.live.body;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The first event of the live stream: {@code docs/live.md} explains it. A series ends at {@code time}, and may be shorter than
 * the others; an empty one holds zeros, or nothing that is known.
 */
public record HistoryBody(
        double time,
        int stepSeconds,
        String node,
        String cluster,
        String version,
        String onPartition,
        TotalHistory total,
        List<SidecarHistory> sidecars,
        List<LimitHistory> limits,
        List<LiveEvent> events) {
    public HistoryBody {
        sidecars = List.copyOf(sidecars);
        limits = List.copyOf(limits);
        events = List.copyOf(events);
    }

    /** What can't be added up from the sidecars: medians. */
    public record TotalHistory(List<Optional<Number>> latencySeconds, List<Optional<Number>> upstreamSeconds) {
        public TotalHistory {
            latencySeconds = List.copyOf(latencySeconds);
            upstreamSeconds = List.copyOf(upstreamSeconds);
        }
    }

    /** The series of one sidecar. */
    public record SidecarHistory(
            String node,
            List<Optional<Number>> admitted,
            List<Optional<Number>> rejected,
            List<Optional<Number>> failed,
            List<Optional<Number>> bytesToClients,
            List<Optional<Number>> bytesFromClients,
            List<Optional<Number>> latencySeconds,
            List<Optional<Number>> upstreamSeconds) {
        public SidecarHistory {
            admitted = List.copyOf(admitted);
            rejected = List.copyOf(rejected);
            failed = List.copyOf(failed);
            bytesToClients = List.copyOf(bytesToClients);
            bytesFromClients = List.copyOf(bytesFromClients);
            latencySeconds = List.copyOf(latencySeconds);
            upstreamSeconds = List.copyOf(upstreamSeconds);
        }
    }

    /** The series of one limit. */
    public record LimitHistory(
            String key,
            List<Optional<Number>> amount,
            Map<String, List<Optional<Number>>> admitted,
            List<Optional<Number>> rejected,
            List<Optional<Number>> wouldReject) {
        public LimitHistory {
            amount = List.copyOf(amount);
            rejected = List.copyOf(rejected);
            wouldReject = List.copyOf(wouldReject);
        }
    }
}

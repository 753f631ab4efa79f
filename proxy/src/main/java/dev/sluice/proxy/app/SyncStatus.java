package dev.sluice.proxy.app;

import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.admin.metrics.SyncMetrics;
import dev.sluice.sync.Bus;
import dev.sluice.sync.discovery.DiscoveryStatus;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.peers.UnreachablePeer;
import dev.sluice.sync.zmq.UnauthenticatedPeer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** What a sidecar shows of its exchange with others. Thread-safe. */
final class SyncStatus {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Optional<Bus> bus;
    private final Optional<SyncKeys> keys;

    /** @param bus empty: this sidecar limits alone */
    SyncStatus(Optional<Bus> bus, Optional<SyncKeys> keys) {
        this.bus = bus;
        this.keys = keys;
    }

    void bind(SluiceMetrics to, LongSupplier nanoClock) {
        bus.ifPresent(b -> SyncMetrics.bind(to, b, nanoClock));
        keys.ifPresent(k -> SyncMetrics.bind(to, k.keys()));
    }

    boolean isHealthy(long nowNanos) {
        return bus.map(b -> b.isHealthy(nowNanos)).orElse(true);
    }

    /** In a few words, for people. */
    String describe(long nowNanos) {
        if (bus.isEmpty()) {
            return "off: this sidecar limits alone";
        }
        return bus.get()
                .problem(nowNanos)
                .or(() -> keys.flatMap(k -> k.keys().staleness()).map(Staleness::firstProblem))
                .orElse("ok");
    }

    /** Who is heard, whom to hear, and who was refused. */
    Map<String, Object> peers(String node, long nowNanos) {
        long own = bus.map(Bus::limitsFingerprint).orElse(0L);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("node", node);
        all.put("sync", bus.map(Bus::endpoint).orElse(""));
        all.put("advertise", bus.map(Bus::advertised).orElse(""));
        all.put("trust", bus.isEmpty() ? "" : keys.isPresent() ? "keys" : "everybody");
        all.put("limits", HexFormat.of().toHexDigits(own));
        all.put("peers", list(bus.map(Bus::peers).orElse(List.of()), peer -> row(peer, own)));
        all.put("heard-elsewhere", list(bus.map(Bus::unreachablePeers).orElse(List.of()), SyncStatus::row));
        all.put("links", list(bus.map(Bus::links).orElse(List.of()), SyncStatus::row));
        bus.flatMap(Bus::discovery).ifPresent(search -> all.put("discovery", row(search, nowNanos)));
        all.put("strangers", list(bus.map(Bus::unauthenticatedPeers).orElse(List.of()), stranger -> row(stranger, nowNanos)));
        return all;
    }

    private static <T> List<Map<String, Object>> list(List<T> from, Function<T, Map<String, Object>> row) {
        return from.stream().map(row).toList();
    }

    private static Map<String, Object> row(PeerStatus peer, long ownLimits) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("node", peer.node());
        row.put("incarnation", peer.incarnation());
        row.put("endpoint", peer.endpoint());
        row.put("state", peer.state().name().toLowerCase(Locale.ROOT));
        row.put("since-ms", Math.round(peer.sinceNanos() / NANOS_PER_MILLI));
        row.put("last-heard-ms", Math.round(peer.lastReceivedNanos() / NANOS_PER_MILLI));
        row.put("lag-ms", peer.lagMillis());
        row.put("sequence", peer.sequence());
        row.put("reports", peer.reports());
        row.put("lost", peer.lost());
        row.put("bytes", peer.bytes());
        row.put("subjects", peer.subjects());
        row.put("limits", limits(peer.limitsFingerprint(), ownLimits));
        return row;
    }

    private static Map<String, Object> row(DiscoveryStatus search, long nowNanos) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("source", search.source());
        row.put("found", search.found());
        row.put("problem", search.problem());
        row.put("last-answer-ms", Math.round((nowNanos - search.lastFoundNanos()) / NANOS_PER_MILLI));
        return row;
    }

    /** This sidecar and those that it hears now, in the shape of other quota services. */
    List<Map<String, Object>> members(String node, int adminPort) {
        List<Map<String, Object>> members = new ArrayList<>();
        members.add(member(node, bus.map(Bus::advertised).orElse(""), adminPort));
        for (PeerStatus peer : bus.map(Bus::peers).orElse(List.of())) {
            if (peer.state() == PeerState.LIVE) {
                members.add(member(peer.node(), peer.endpoint(), 0));
            }
        }
        return members;
    }

    /** @param endpoint {@code tcp://host:port}, or empty */
    private static Map<String, Object> member(String name, String endpoint, int adminPort) {
        int colon = endpoint.lastIndexOf(':');
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("service", "sluice");
        member.put("hostname", name);
        member.put("host", colon < 0 ? "" : endpoint.substring(endpoint.indexOf("//") + 2, colon));
        member.put("http_port", adminPort);
        member.put("gossip_port", colon < 0 ? 0 : Integer.parseInt(endpoint.substring(colon + 1)));
        return member;
    }

    private static String limits(long fingerprint, long own) {
        if (fingerprint == 0) {
            return "not told";
        }
        // A relay has none to compare them with.
        String others = (own == 0 ? "" : "other ones: ") + HexFormat.of().toHexDigits(fingerprint);
        return fingerprint == own ? "the same" : others;
    }

    private static Map<String, Object> row(UnreachablePeer node) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("node", node.node());
        row.put("incarnation", node.incarnation());
        row.put("by", node.by());
        row.put("unheard-ms", Math.round(node.silentNanos() / NANOS_PER_MILLI));
        row.put("counted", node.isCounted());
        return row;
    }

    private static Map<String, Object> row(LinkStatus link) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("endpoint", link.endpoint());
        row.put("source", link.source());
        row.put("address", link.address());
        row.put("state", link.state().name().toLowerCase(Locale.ROOT));
        row.put("problem", link.problem());
        return row;
    }

    private static Map<String, Object> row(UnauthenticatedPeer stranger, long nowNanos) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("public-key", stranger.publicKey());
        row.put("address", stranger.address());
        row.put("times", stranger.times());
        row.put("last-ms", Math.round((nowNanos - stranger.lastNanos()) / NANOS_PER_MILLI));
        return row;
    }
}

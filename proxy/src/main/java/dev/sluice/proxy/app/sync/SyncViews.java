package dev.sluice.proxy.app.sync;

import dev.sluice.common.HostPort;
import dev.sluice.common.NodeService;
import dev.sluice.common.QuotaRole;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.api.DiscoveryBody;
import dev.sluice.proxy.admin.api.LimitsComparison;
import dev.sluice.proxy.admin.api.LinkRow;
import dev.sluice.proxy.admin.api.MemberRow;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.PeerRow;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.api.RefusedRow;
import dev.sluice.proxy.admin.api.SyncAuthentication;
import dev.sluice.proxy.admin.api.UnauthenticatedRow;
import dev.sluice.proxy.admin.api.UnreachableRow;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.admin.metrics.SyncMetrics;
import dev.sluice.proxy.quota.forward.RoleNode;
import dev.sluice.sync.Bus;
import dev.sluice.sync.discovery.DiscoveryStatus;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.peers.UnreachablePeer;
import dev.sluice.sync.trust.PeerRefusal;
import dev.sluice.sync.zmq.UnauthenticatedPeer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** What a sidecar or a relay shows of its sync with others. Thread-safe. */
public final class SyncViews {
    private static final String SERVICE = "sluice";
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Optional<Bus> bus;
    private final Optional<SyncKeys> keys;

    /** @param bus empty: this sidecar limits alone */
    SyncViews(Optional<Bus> bus, Optional<SyncKeys> keys) {
        this.bus = bus;
        this.keys = keys;
    }

    /** Registers the metrics of the sync. */
    public void bind(SluiceMetrics to, LongSupplier nanoClock) {
        bus.ifPresent(b -> SyncMetrics.bind(to, b, nanoClock));
        keys.ifPresent(k -> k.bind(to));
    }

    /** Whether there is a sync: without it this process limits alone. */
    public boolean isOn() {
        return bus.isPresent();
    }

    /** Whether both threads of the sync run; true without sync. */
    public boolean isHealthy(long nowNanos) {
        return bus.map(b -> b.isHealthy(nowNanos)).orElse(true);
    }

    /** How the sync is. */
    public ComponentHealth health(long nowNanos) {
        if (bus.isEmpty()) {
            return ComponentHealth.of(ComponentState.OFF, "");
        }
        Optional<String> failure = bus.get().problem(nowNanos);
        if (failure.isPresent()) {
            return ComponentHealth.of(ComponentState.FAILING, failure.get());
        }
        String keyProblem = keys.map(SyncKeys::problem).orElse("");
        return keyProblem.isEmpty() ? ComponentHealth.OK : ComponentHealth.of(ComponentState.STALE, keyProblem);
    }

    /** The body of {@code /api/v1/peers}. */
    public PeersBody peers(String node, long nowNanos) {
        long own = bus.map(Bus::limitsFingerprint).orElse(0L);
        return new PeersBody(
                node,
                bus.map(Bus::endpoint).orElse(""),
                bus.map(Bus::advertised).orElse(""),
                authentication(),
                HexFormat.of().toHexDigits(own),
                rows(Bus::peers, peer -> row(peer, own)),
                rows(Bus::unreachablePeers, SyncViews::row),
                rows(Bus::links, SyncViews::row),
                bus.flatMap(Bus::discovery).map(search -> body(search, nowNanos)),
                rows(Bus::unauthenticatedPeers, peer -> row(peer, nowNanos)),
                rows(Bus::refusals, SyncViews::row));
    }

    private SyncAuthentication authentication() {
        if (bus.isEmpty()) {
            return SyncAuthentication.OFF;
        }
        return keys.isPresent() ? SyncAuthentication.CURVE : SyncAuthentication.NONE;
    }

    private <T, R> List<R> rows(Function<Bus, List<T>> from, Function<T, R> row) {
        return bus.map(from).orElse(List.of()).stream().map(row).toList();
    }

    private static PeerRow row(PeerStatus peer, long ownLimits) {
        return new PeerRow(
                peer.node(),
                peer.incarnation(),
                peer.endpoint(),
                peer.state(),
                seconds(peer.sinceNanos()),
                seconds(peer.lastReceivedNanos()),
                peer.lagMillis() / MILLIS_PER_SECOND,
                peer.sequence(),
                peer.reports(),
                peer.lost(),
                peer.bytes(),
                peer.subjects(),
                LimitsComparison.of(ownLimits, peer.limitsFingerprint()),
                HexFormat.of().toHexDigits(peer.limitsFingerprint()));
    }

    private static RefusedRow row(PeerRefusal refusal) {
        return new RefusedRow(
                refusal.endpoint(), refusal.node(), refusal.reason(), refusal.count(), seconds(refusal.ageNanos()));
    }

    private static UnreachableRow row(UnreachablePeer node) {
        return new UnreachableRow(
                node.node(),
                node.incarnation(),
                node.reachableFrom(),
                seconds(node.silentNanos()),
                node.isPartitioned());
    }

    private static LinkRow row(LinkStatus link) {
        return new LinkRow(link.endpoint(), link.source(), link.address(), link.state(), link.problem());
    }

    private static DiscoveryBody body(DiscoveryStatus search, long nowNanos) {
        return new DiscoveryBody(
                search.source(), search.found(), search.problem(), seconds(nowNanos - search.lastFoundNanos()));
    }

    private static UnauthenticatedRow row(UnauthenticatedPeer peer, long nowNanos) {
        return new UnauthenticatedRow(
                peer.publicKey(), peer.address(), peer.times(), seconds(nowNanos - peer.lastNanos()));
    }

    /** To the millisecond. */
    private static double seconds(long nanos) {
        return Math.round(nanos / NANOS_PER_MILLI) / MILLIS_PER_SECOND;
    }

    /**
     * This process and its live peers.
     *
     * @param httpPort of the port that shows it
     */
    public MembersBody members(String node, int httpPort) {
        List<MemberRow> members = new ArrayList<>();
        Optional<NodeService> own = bus.flatMap(Bus::service);
        members.add(member(
                node,
                bus.map(Bus::advertised).orElse(""),
                own,
                own.map(NodeService::port).orElse(httpPort)));
        for (PeerStatus peer : livePeers()) {
            Optional<NodeService> service = peer.service();
            members.add(member(
                    peer.node(),
                    peer.endpoint(),
                    service,
                    service.map(NodeService::port).orElse(0)));
        }
        return new MembersBody(members);
    }

    /** @param endpoint {@code tcp://host:port}, or empty */
    private static MemberRow member(String name, String endpoint, Optional<NodeService> service, int httpPort) {
        int colon = endpoint.lastIndexOf(':');
        return new MemberRow(
                service.map(NodeService::roles).map(SyncViews::text).orElse(SERVICE),
                name,
                service.filter(where -> isReachable(where, endpoint))
                        .flatMap(NodeService::host)
                        .orElse(host(endpoint)),
                httpPort,
                colon < 0 ? 0 : Integer.parseInt(endpoint.substring(colon + 1)));
    }

    /** All roles, or none: what it has always been. */
    private static String text(Set<QuotaRole> roles) {
        return roles.isEmpty() || roles.containsAll(QuotaRole.ALL)
                ? SERVICE
                : roles.stream().sorted().map(QuotaRole::key).collect(Collectors.joining(","));
    }

    /** A loopback address is one of the peer's machine: of use here only if the reports come from such a one, too. */
    private static boolean isReachable(NodeService service, String endpoint) {
        return !isLoopback(service.host().orElse("")) || isLoopback(host(endpoint));
    }

    private static boolean isLoopback(String host) {
        return HostPort.isHost(host) && new HostPort(host, 0).isLoopback();
    }

    /** Without brackets. */
    private static String host(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        String host = colon < 0 ? "" : endpoint.substring(endpoint.indexOf("//") + 2, colon);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Whether there are peers to connect to, none of which has reported yet. */
    public boolean awaitsPeers() {
        return bus.filter(b -> (!b.links().isEmpty() || b.discovery().isPresent())
                        && livePeers().isEmpty())
                .isPresent();
    }

    /** The names of the live peers that keep allocations, also of those whose quota port can't be reached from here. */
    public Set<String> allocNodes() {
        return livePeers().stream()
                .filter(peer -> peer.service()
                        .filter(service -> service.roles().contains(QuotaRole.ALLOC))
                        .isPresent())
                .map(PeerStatus::node)
                .collect(Collectors.toSet());
    }

    private List<PeerStatus> livePeers() {
        return bus.map(Bus::peers).orElse(List.of()).stream()
                .filter(peer -> peer.state() == PeerState.LIVE)
                .toList();
    }

    /** The live peers that have a role in the quota service; the list is that of some 100 ms ago. */
    public List<RoleNode> roleNodes() {
        List<RoleNode> nodes = new ArrayList<>();
        for (PeerStatus peer : livePeers()) {
            if (peer.service().isPresent()) {
                NodeService service = peer.service().get();
                String host = service.host().orElse(host(peer.endpoint()));
                if (!service.roles().isEmpty() && HostPort.isHost(host) && isReachable(service, peer.endpoint())) {
                    nodes.add(new RoleNode(
                            peer.node(), new HostPort(host, service.port()), service.roles(), service.hasTls()));
                }
            }
        }
        return nodes;
    }
}

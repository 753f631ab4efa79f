package dev.sluice.proxy.app;

import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.api.AdminViews;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.api.SidecarHealth;
import dev.sluice.proxy.admin.api.UsageBody;
import dev.sluice.proxy.admin.api.UsageBody.UsageQuery;
import dev.sluice.proxy.admin.limits.UsageList;
import dev.sluice.proxy.admin.live.LiveView;
import dev.sluice.proxy.admin.metrics.RejectingLimits;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.gateway.UpstreamProbe;
import dev.sluice.proxy.app.quota.QuotaPart;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.app.sync.SyncViews;
import dev.sluice.proxy.proof.ProofViews;
import dev.sluice.proxy.tls.CertificateStatus;
import dev.sluice.proxy.tls.SidecarTls;
import java.util.List;
import java.util.Optional;

/** What a sidecar shows of itself on its admin port. Thread-safe. */
final class SidecarViews implements AdminViews {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final String node;
    private final ServingState serving;
    private final LimiterPart limiter;
    private final SyncViews sync;
    private final PolicyPart policy;
    private final RgwPart rgw;
    private final RequestPathPart requestPath;
    private final Optional<QuotaPart> quota;
    private final SluiceMetrics metrics;
    private final UsageList usages;

    /**
     * Of its parts.
     *
     * @param view knows what the busiest limits do
     * @param limitSeries how many limits have metrics of their own
     * @param metrics gets the metrics of all parts
     */
    SidecarViews(
            String node,
            ServingState serving,
            LimiterPart limiter,
            SyncPart sync,
            PolicyPart policy,
            RgwPart rgw,
            RequestPathPart requestPath,
            Optional<QuotaPart> quota,
            LiveView view,
            int limitSeries,
            SluiceMetrics metrics) {
        this.node = node;
        this.serving = serving;
        this.limiter = limiter;
        this.sync = sync.views();
        this.policy = policy;
        this.rgw = rgw;
        this.requestPath = requestPath;
        this.quota = quota;
        this.metrics = metrics;
        this.usages = new UsageList(
                limiter.admission(), limiter.directory()::display, () -> Optional.of(policy.origins()), view::rates);
        bind(metrics, limitSeries);
    }

    private void bind(SluiceMetrics to, int limitSeries) {
        to.bind(requestPath.counters());
        to.gauge(
                "sluice.client.connections.max",
                "Client connections that are served at a time",
                requestPath,
                RequestPathPart::connectionsMax);
        to.gauge(
                "sluice.upstream.up",
                "1 while the gateway can be connected to",
                requestPath.probe(),
                p -> p.status().isUp() ? 1 : 0);
        to.bind(limiter.admission(), System::nanoTime);
        ProofViews.bind(to, limiter.proofs());
        to.counter(
                "sluice.limits.loads", "Changed limits that came into force", policy.limitsFile(), Reloadable::loads);
        to.counter(
                "sluice.limits.load.failures",
                "Changed limits files that were bad",
                policy.limitsFile(),
                Reloadable::failures);
        to.gauge(
                "sluice.limits.stale",
                "1 while the limits file is bad and older limits are in force",
                policy.limitsFile(),
                file -> file.staleness().isPresent() ? 1 : 0);
        to.gauge(
                "sluice.limits.load.timestamp.seconds",
                "When changed limits last came into force, in seconds since 1970; 0: those of the start are in force",
                policy.limitsFile(),
                file -> file.loadedWallMillis() / MILLIS_PER_SECOND);
        new RejectingLimits(limiter.admission(), limiter.directory()::display, limitSeries).bind(to);
        rgw.bind(to);
        sync.bind(to, System::nanoTime);
        if (requestPath.tls().isPresent()) {
            requestPath.tls().get().bind(to, requestPath.counters());
        }
    }

    @Override
    public boolean isReady() {
        return serving.isServing();
    }

    @Override
    public boolean isHealthy() {
        return sync.isHealthy(System.nanoTime());
    }

    @Override
    public SidecarHealth health() {
        return new SidecarHealth(
                serving.isServing(),
                upstream(requestPath.probe().status()),
                sync.health(System.nanoTime()),
                policy.limitsFile()
                        .staleness()
                        .or(() -> policy.overlay().staleness())
                        .or(() -> quota.flatMap(QuotaPart::staleness))
                        .map(SidecarViews::stale)
                        .orElse(ComponentHealth.OK),
                certificate(),
                rgw.health(),
                ProofViews.health(limiter.proofs()),
                quota.map(QuotaPart::health));
    }

    /** Empty: no TLS towards clients. A lambda would load classes of TLS even then. */
    private Optional<ComponentHealth> certificate() {
        Optional<SidecarTls> tls = requestPath.tls();
        if (tls.isEmpty() || tls.get().certificate().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(certificate(tls.get().certificate().get()));
    }

    private static ComponentHealth certificate(CertificateStatus status) {
        if (status.staleness().isPresent()) {
            return stale(status.staleness().get());
        }
        return status.notAfterWallMillis() < System.currentTimeMillis()
                ? ComponentHealth.since(ComponentState.EXPIRED, status.notAfterWallMillis(), "")
                : ComponentHealth.OK;
    }

    static ComponentHealth stale(Staleness staleness) {
        return ComponentHealth.since(ComponentState.STALE, staleness.sinceWallMillis(), staleness.firstProblem());
    }

    private static ComponentHealth upstream(UpstreamProbe.ProbeStatus status) {
        return switch (status.state()) {
            case UNPROBED -> ComponentHealth.of(ComponentState.UNKNOWN, "");
            case UP -> ComponentHealth.since(ComponentState.OK, status.sinceWallMillis(), "");
            case DOWN -> ComponentHealth.since(ComponentState.UNREACHABLE, status.sinceWallMillis(), status.problem());
        };
    }

    @Override
    public String metrics() {
        return metrics.scrape();
    }

    @Override
    public UsageBody usage(UsageQuery query) {
        return new UsageBody(
                node,
                usages.rows(query, System.nanoTime()),
                quota.map(part -> part.allocations(query.rowsMax())).orElse(List.of()));
    }

    @Override
    public PeersBody peers() {
        return sync.peers(node, System.nanoTime());
    }

    @Override
    public MembersBody members(int adminPort) {
        return sync.members(node, adminPort);
    }
}

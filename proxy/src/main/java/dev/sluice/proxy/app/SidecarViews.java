package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.Sharing;
import dev.sluice.limits.usage.HeldUsage;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.api.AdminViews;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.api.SidecarHealth;
import dev.sluice.proxy.admin.api.UsageBody;
import dev.sluice.proxy.admin.api.UsageRow;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.quota.QuotaPart;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.app.sync.SyncViews;
import dev.sluice.proxy.proof.ProofViews;
import dev.sluice.proxy.tls.CertificateStatus;
import dev.sluice.proxy.tls.SidecarTls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What a sidecar shows of itself on its admin port. Thread-safe. */
final class SidecarViews implements AdminViews {
    static final int ROWS_MAX = 10_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final String node;
    private final ServingState serving;
    private final LimiterPart limiter;
    private final SyncViews sync;
    private final PolicyPart policy;
    private final RgwPart rgw;
    private final RequestPathPart requestPath;
    private final Optional<QuotaPart> quota;
    private final SluiceMetrics metrics;

    /** @param metrics gets the metrics of all parts */
    SidecarViews(
            String node,
            ServingState serving,
            LimiterPart limiter,
            SyncPart sync,
            PolicyPart policy,
            RgwPart rgw,
            RequestPathPart requestPath,
            Optional<QuotaPart> quota,
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
        bind(metrics);
    }

    private void bind(SluiceMetrics to) {
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
        to.bind(limiter.admission());
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
    public UsageBody usage() {
        return usage(
                node,
                limiter.admission(),
                limiter.directory()::display,
                quota.map(part -> part.allocations(ROWS_MAX)).orElse(List.of()));
    }

    /** @param display gives the name of a subject for people */
    static UsageBody usage(
            String node,
            Admission admission,
            BiFunction<Scope, String, String> display,
            List<UsageBody.AllocationRow> allocations) {
        List<LimitUsage> usages = new ArrayList<>(admission.usage(ROWS_MAX, System.nanoTime()));
        usages.sort(Comparator.comparing(LimitUsage::scope)
                .thenComparing(LimitUsage::subject)
                .thenComparing(LimitUsage::dimension));
        return new UsageBody(
                node, usages.stream().map(usage -> row(usage, display)).toList(), allocations);
    }

    private static UsageRow row(LimitUsage usage, BiFunction<Scope, String, String> display) {
        boolean isSharedOut =
                usage.limit() instanceof RateLimit rate && rate.rate().sharing() == Sharing.PACED;
        Optional<ByteRateLimit> bytes =
                usage.limit() instanceof ByteRateLimit limit ? Optional.of(limit) : Optional.empty();
        boolean isHeld = usage.limit().onExceed().mayWait() || usage.heldHere().held() > 0;
        Optional<HeldUsage> held = isHeld ? Optional.of(usage.heldHere()) : Optional.empty();
        return new UsageRow(
                usage.scope(),
                display.apply(usage.scope(), usage.subject()),
                usage.dimension(),
                usage.limit().text(),
                usage.limit().amount(),
                usage.limit().periodNanos() / NANOS_PER_SECOND,
                usage.limit().meterKey(),
                usage.used(),
                usage.remaining(),
                usage.admittedHere(),
                usage.rejectedHere(),
                usage.wouldRejectHere(),
                isSharedOut ? Optional.of(usage.excess()) : Optional.empty(),
                isSharedOut ? Optional.of(usage.excessBound()) : Optional.empty(),
                bytes.map(limit -> limit.enforcement().key()),
                bytes.map(limit -> usage.waitingHere()),
                held.map(HeldUsage::held),
                held.map(HeldUsage::waiting),
                held.map(h -> h.waitedNanos() / NANOS_PER_SECOND),
                held.map(HeldUsage::rejected));
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

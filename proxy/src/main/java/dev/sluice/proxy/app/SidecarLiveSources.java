package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.Scope;
import dev.sluice.policy.limitsfile.LimitTexts;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.LimitOrigin;
import dev.sluice.policy.source.LimitOrigin.OriginKind;
import dev.sluice.policy.source.PolicyOrigins;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.live.LivePart;
import dev.sluice.proxy.admin.live.LiveSources;
import dev.sluice.proxy.app.gateway.UpstreamProbe;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.sync.activity.ActivityState;
import dev.sluice.sync.peers.PeerStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the live view of a sidecar is made of. Thread-safe. */
final class SidecarLiveSources implements LiveSources {
    private final Settings settings;
    private final LimiterPart limiter;
    private final SyncPart sync;
    private final PolicyPart policy;
    private final RequestPathPart requestPath;

    SidecarLiveSources(
            Settings settings, LimiterPart limiter, SyncPart sync, PolicyPart policy, RequestPathPart requestPath) {
        this.settings = settings;
        this.limiter = limiter;
        this.sync = sync;
        this.policy = policy;
        this.requestPath = requestPath;
    }

    @Override
    public String node() {
        return settings.nodeId();
    }

    @Override
    public String cluster() {
        return settings.sync().cluster();
    }

    @Override
    public String onPartition() {
        OnPartition rule = settings.sync().onPartition();
        return rule.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public ProxyCounters counters() {
        return requestPath.counters();
    }

    @Override
    public Admission admission() {
        return limiter.admission();
    }

    @Override
    public List<PeerStatus> peers() {
        return sync.peers();
    }

    @Override
    public long limitsFingerprint() {
        return sync.limitsFingerprint();
    }

    @Override
    public Optional<String> syncProblem(long nowNanos) {
        return sync.problem(nowNanos);
    }

    @Override
    public LivePart gateway() {
        UpstreamProbe.ProbeStatus status = requestPath.probe().status();
        return switch (status.state()) {
            case UNPROBED -> LivePart.UNKNOWN;
            case UP -> new LivePart(ActivityState.GOOD, status.sinceWallMillis(), "");
            case DOWN -> new LivePart(ActivityState.BAD, status.sinceWallMillis(), status.problem());
        };
    }

    @Override
    public LivePart limitsFile() {
        Optional<Staleness> stale =
                policy.limitsFile().staleness().or(() -> policy.overlay().staleness());
        return stale.map(bad -> new LivePart(ActivityState.BAD, bad.sinceWallMillis(), bad.firstProblem()))
                .orElseGet(() ->
                        new LivePart(ActivityState.GOOD, policy.limitsFile().loadedWallMillis(), ""));
    }

    @Override
    public String display(Scope scope, String subject) {
        return limiter.directory().display(scope, subject);
    }

    @Override
    public String text(Dimension dimension, Limit limit) {
        return LimitTexts.of(dimension, limit);
    }

    @Override
    public String origin(Scope scope, String subject, Dimension dimension) {
        PolicyOrigins origins = policy.origins();
        return origins.entryFor(scope, subject)
                .map(entry -> origins.of(entry, dimension))
                .filter(origin -> origin.kind() != OriginKind.UNKNOWN)
                .map(LimitOrigin::text)
                .orElse("");
    }
}

package dev.sluice.proxy.app;

import dev.sluice.limits.admission.LimitUsage;
import dev.sluice.limits.model.ByteRateLimit;
import dev.sluice.limits.model.RateLimit;
import dev.sluice.limits.model.Sharing;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a sidecar shows of itself on its admin port. Thread-safe. */
public final class SidecarViews implements AdminApi.Views {
    private static final int MOST_ROWS = 10_000;

    private final String node;
    private final ServingState serving;
    private final LimiterPart limiter;
    private final SyncStatus sync;
    private final Reloadable<PolicyLayer> limitsFile;
    private final RequestPathPart requestPath;
    private final SluiceMetrics metrics;

    SidecarViews(
            String node,
            ServingState serving,
            LimiterPart limiter,
            SyncPart sync,
            PolicyPart policy,
            RequestPathPart requestPath,
            SluiceMetrics metrics) {
        this.node = node;
        this.serving = serving;
        this.limiter = limiter;
        this.sync = sync.status();
        this.limitsFile = policy.limitsFile();
        this.requestPath = requestPath;
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
        to.counter("sluice.limits.loads", "Changed limits that came into force", limitsFile, Reloadable::loads);
        to.counter("sluice.limits.load.failures", "Changed limits files that were bad", limitsFile, Reloadable::failures);
        to.gauge(
                "sluice.limits.stale",
                "1 while the limits file is bad and older limits are in force",
                limitsFile,
                file -> file.staleness().isPresent() ? 1 : 0);
        sync.bind(to, System::nanoTime);
        requestPath.tls().ifPresent(tls -> tls.bind(to, requestPath.counters()));
    }

    @Override
    public AdminApi.Health ready() {
        return new AdminApi.Health(serving.isServing(), details());
    }

    @Override
    public AdminApi.Health healthy() {
        return new AdminApi.Health(sync.isHealthy(System.nanoTime()), details());
    }

    /** What limits requests less well than it should, for people; empty when all is well. */
    private Map<String, String> details() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("serving", Boolean.toString(serving.isServing()));
        details.put("upstream", upstream(requestPath.probe().status()));
        details.put("sync", sync.describe(System.nanoTime()));
        details.put("limits", limitsFile.staleness().map(Staleness::text).orElse("ok"));
        if (requestPath.tls().isPresent()) {
            requestPath.tls().get().describe(System.currentTimeMillis()).ifPresent(text -> details.put("tls", text));
        }
        return details;
    }

    private static String upstream(UpstreamProbe.Status status) {
        return status.isUp()
                ? status.problem().isEmpty() ? "ok" : status.problem()
                : "unreachable since " + Instant.ofEpochMilli(status.sinceWallMillis()) + ": " + status.problem();
    }

    @Override
    public String metrics() {
        return metrics.scrape();
    }

    @Override
    public Object usage() {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<LimitUsage> usages = new ArrayList<>(limiter.admission().usage(MOST_ROWS, System.nanoTime()));
        usages.sort(Comparator.comparing(LimitUsage::scope)
                .thenComparing(LimitUsage::subject)
                .thenComparing(LimitUsage::dimension));
        for (LimitUsage usage : usages) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("scope", usage.scope().key());
            row.put("subject", IdentityDirectory.display(usage.subject()));
            row.put("dimension", usage.dimension().key());
            row.put("limit", usage.limit().text());
            row.put("meter", usage.limit().meterKey());
            row.put("used", usage.used());
            row.put("remaining", usage.remaining());
            row.put("admitted", usage.admittedHere());
            row.put("rejected", usage.rejectedHere());
            row.put("would-reject", usage.wouldRejectHere());
            if (usage.limit() instanceof RateLimit rate && rate.rate().sharing() == Sharing.PACED) {
                row.put("excess", usage.excess());
                row.put("excess-bound", usage.excessBound());
            }
            if (usage.limit() instanceof ByteRateLimit bytes) {
                row.put("bytes", bytes.enforcement().key());
                row.put("waiting", usage.waitingHere());
            }
            rows.add(row);
        }
        return Map.of("node", node, "usage", rows);
    }

    @Override
    public Object peers() {
        return sync.peers(node, System.nanoTime());
    }

    @Override
    public Object members(int adminPort) {
        return sync.members(node, adminPort);
    }
}

package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
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
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.tls.SidecarTls;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a sidecar shows of itself on its admin port. Thread-safe. */
public final class SidecarViews implements AdminApi.Views {
    private static final int MOST_ROWS = 10_000;

    private final String node;
    private final Admission admission;
    private final SyncStatus sync;
    private final Reloadable<PolicyLayer> limitsFile;
    private final UpstreamProbe probe;
    private final Optional<SidecarTls> tls;
    private final SluiceMetrics metrics;
    private final LongSupplier nanoClock;
    private final Supplier<InetSocketAddress> adminAddress;
    private volatile boolean serving;

    SidecarViews(
            String node,
            Admission admission,
            SyncStatus sync,
            Reloadable<PolicyLayer> limitsFile,
            UpstreamProbe probe,
            Optional<SidecarTls> tls,
            SluiceMetrics metrics,
            LongSupplier nanoClock,
            Supplier<InetSocketAddress> adminAddress) {
        this.node = node;
        this.admission = admission;
        this.sync = sync;
        this.limitsFile = limitsFile;
        this.probe = probe;
        this.tls = tls;
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        this.adminAddress = adminAddress;
    }

    void bind(SluiceMetrics to, ProxyCounters counters, int maxConnections) {
        to.bind(counters);
        to.gauge(
                "sluice.client.connections.max",
                "Client connections that are served at a time",
                this,
                v -> maxConnections);
        to.gauge(
                "sluice.upstream.up",
                "1 while the gateway can be connected to",
                probe,
                p -> p.status().isUp() ? 1 : 0);
        to.bind(admission);
        to.counter("sluice.limits.loads", "Changed limits that came into force", limitsFile, Reloadable::loads);
        to.counter("sluice.limits.load.failures", "Changed limits files that were bad", limitsFile, Reloadable::failures);
        to.gauge(
                "sluice.limits.stale",
                "1 while the limits file is bad and older limits are in force",
                limitsFile,
                file -> file.staleness().isPresent() ? 1 : 0);
        sync.bind(to, nanoClock);
    }

    void serving(boolean now) {
        serving = now;
    }

    @Override
    public AdminApi.Health ready() {
        return new AdminApi.Health(serving, details());
    }

    @Override
    public AdminApi.Health healthy() {
        return new AdminApi.Health(sync.isHealthy(nanoClock.getAsLong()), details());
    }

    /** What limits requests less well than it should, for people; empty when all is well. */
    private Map<String, String> details() {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("serving", Boolean.toString(serving));
        details.put("upstream", upstream(probe.status()));
        details.put("sync", sync.describe(nanoClock.getAsLong()));
        details.put("limits", limitsFile.staleness().map(Staleness::text).orElse("ok"));
        if (tls.isPresent()) {
            tls.get().describe(System.currentTimeMillis()).ifPresent(text -> details.put("tls", text));
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
        List<LimitUsage> usages = new ArrayList<>(admission.usage(MOST_ROWS, nanoClock.getAsLong()));
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
        return sync.peers(node, nanoClock.getAsLong());
    }

    @Override
    public Object members() {
        return sync.members(node, adminAddress.get());
    }
}

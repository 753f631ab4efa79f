package dev.sluice.proxy.app;

import dev.sluice.proxy.admin.api.AdminViews;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.api.RelayHealth;
import dev.sluice.proxy.admin.api.UsageBody;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.sync.SyncViews;
import java.util.List;

/** What a relay shows of itself on its admin port. A relay has no limits, so there is no usage. Thread-safe. */
record RelayViews(String node, SyncViews sync, SluiceMetrics registry) implements AdminViews {
    @Override
    public boolean isReady() {
        return isHealthy();
    }

    @Override
    public boolean isHealthy() {
        return sync.isHealthy(System.nanoTime());
    }

    @Override
    public RelayHealth health() {
        return new RelayHealth(sync.health(System.nanoTime()));
    }

    @Override
    public String metrics() {
        return registry.scrape();
    }

    @Override
    public UsageBody usage(UsageBody.UsageQuery query) {
        return new UsageBody(node, List.of());
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

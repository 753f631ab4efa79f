package dev.sluice.proxy.app;

import dev.sluice.policy.settings.RelaySettings;
import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** One relay: a bus that passes on what it hears, its keys and its admin port. Thread-safe. */
public final class Relay implements AutoCloseable, AdminApi.Views {
    private final String node;
    private final PartStack parts;
    private final SyncPart syncPart;
    private final SyncStatus sync;
    private final SluiceMetrics metrics = new SluiceMetrics();
    private final AdminPart admin;

    /**
     * Starts everything.
     *
     * @throws IOException if an address can't be listened on; nothing is left running then
     */
    public static Relay start(RelaySettings settings) throws IOException {
        PartStack parts = new PartStack();
        try {
            return new Relay(settings, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private Relay(RelaySettings settings, PartStack parts) throws IOException {
        this.parts = parts;
        node = settings.nodeId();
        syncPart = parts.add(SyncPart.startRelay(settings));
        sync = syncPart.status();
        sync.bind(metrics, System::nanoTime);
        admin = parts.add(AdminPart.start(settings.admin(), this, metrics));
    }

    /** {@code tcp://host:port} where reports are published. */
    public String endpoint() {
        return syncPart.endpoint();
    }

    /** Where the admin port is, with the port that was bound. */
    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    @Override
    public AdminApi.Health ready() {
        return healthy();
    }

    @Override
    public AdminApi.Health healthy() {
        long now = System.nanoTime();
        return new AdminApi.Health(sync.isHealthy(now), Map.of("sync", sync.describe(now)));
    }

    @Override
    public String metrics() {
        return metrics.scrape();
    }

    @Override
    public Object usage() {
        return Map.of("node", node, "usage", List.of());
    }

    @Override
    public Object peers() {
        return sync.peers(node, System.nanoTime());
    }

    @Override
    public Object members(int adminPort) {
        return sync.members(node, adminPort);
    }

    @Override
    public void close() {
        parts.close();
    }
}

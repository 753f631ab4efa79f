package dev.sluice.proxy.app;

import dev.sluice.policy.settings.RelaySettings;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.heap.HeapWatch;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.app.sync.SyncViews;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** One relay: a bus that forwards the reports that it receives, its keys and its admin port. Thread-safe. */
public final class Relay implements AutoCloseable {
    private final PartStack parts;
    private final SyncPart syncPart;
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
        syncPart = parts.add(SyncPart.startRelay(settings));
        SluiceMetrics metrics = new SluiceMetrics();
        parts.add(HeapWatch.start(syncPart.heapTables(), metrics));
        SyncViews sync = syncPart.views();
        sync.bind(metrics, System::nanoTime);
        admin = parts.add(AdminPart.start(
                settings.admin(), new RelayViews(settings.nodeId(), sync, metrics), List.of(), metrics));
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
    public void close() {
        parts.close();
    }
}

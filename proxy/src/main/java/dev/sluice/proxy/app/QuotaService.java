package dev.sluice.proxy.app;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.HoldingBounds;
import dev.sluice.policy.settings.ConfigCheck.QuotaAloneConfiguration;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyInForce;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.admin.api.AdminViews;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.PeersBody;
import dev.sluice.proxy.admin.api.QuotaHealth;
import dev.sluice.proxy.admin.api.UsageBody;
import dev.sluice.proxy.admin.limits.UsageList;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.heap.HeapTable;
import dev.sluice.proxy.app.heap.HeapWatch;
import dev.sluice.proxy.app.quota.QuotaPart;
import dev.sluice.proxy.app.state.StateFilePart;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.app.sync.SyncViews;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A quota service without a gateway: the limiter, the sync, the quotas, their port and an admin port. */
public final class QuotaService implements AutoCloseable {
    /** Nothing of a quota waits. */
    private static final HoldingBounds NO_WAITING = new HoldingBounds(0, 0);

    private final PartStack parts;
    private final SyncPart sync;
    private final QuotaPart quota;
    private final AdminPart admin;
    private final ServingState serving = new ServingState();

    /**
     * Starts everything.
     *
     * @throws IOException if an address can't be listened on, or the store of allocations can't be used; nothing is left
     *     running then
     */
    public static QuotaService start(QuotaAloneConfiguration configuration) throws IOException {
        PartStack parts = new PartStack();
        try {
            return new QuotaService(configuration, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private QuotaService(QuotaAloneConfiguration configuration, PartStack parts) throws IOException {
        Settings.QuotaAlone settings = configuration.settings();
        this.parts = parts;
        Housekeeping housekeeping = parts.add(new Housekeeping());
        quota = parts.add(QuotaPart.open(settings.quota(), configuration.quotas()));
        PolicyMerger merger = new PolicyMerger(quota.layers());
        PolicySnapshot first = merger.snapshot();
        Admission admission = LimiterPart.admission(settings.sync(), first.limits(), NO_WAITING, housekeeping);
        PolicyInForce policy = new PolicyInForce(admission, first);
        // It ends after the sync and the last call, so that the last write has everything.
        Optional<StateFilePart> state =
                StateFilePart.start(settings.stateFile(), settings.sync().cluster(), admission);
        state.ifPresent(parts::add);
        sync = parts.add(SyncPart.start(settings.nodeId(), settings.sync(), admission));
        bringIntoForce(first);
        merger.publishTo(snapshot -> {
            policy.swap(snapshot, System.nanoTime());
            bringIntoForce(snapshot);
        });
        SluiceMetrics metrics = new SluiceMetrics();
        state.ifPresent(file -> file.bind(metrics));
        List<HeapTable> tables = Stream.of(
                        List.of(LimiterPart.accounts(admission)), quota.heapTables(), sync.heapTables())
                .flatMap(List::stream)
                .toList();
        parts.add(HeapWatch.start(tables, metrics));
        metrics.bind(admission, System::nanoTime);
        quota.bind(metrics, admission);
        sync.views().bind(metrics, System::nanoTime);
        AdminViews views = new Views(settings.nodeId(), serving, admission, sync.views(), quota, metrics);
        quota.serve(settings.nodeId(), admission, sync, views, metrics, ConnectionBudget.ofThisProcess());
        admin = parts.add(AdminPart.start(settings.admin(), views, List.of(), metrics));
        housekeeping.once(metrics::bindJvm);
        serving.begin();
    }

    private void bringIntoForce(PolicySnapshot snapshot) {
        quota.define(snapshot);
        sync.publishLimits(snapshot.limits());
    }

    /** What it shows of itself, on the admin port and on that of quotas. Thread-safe. */
    private record Views(
            String node,
            ServingState serving,
            Admission admission,
            SyncViews sync,
            QuotaPart quota,
            SluiceMetrics registry)
            implements AdminViews {
        @Override
        public boolean isReady() {
            return serving.isServing();
        }

        @Override
        public boolean isHealthy() {
            return sync.isHealthy(System.nanoTime());
        }

        @Override
        public QuotaHealth health() {
            return new QuotaHealth(
                    serving.isServing(),
                    sync.health(System.nanoTime()),
                    quota.staleness().map(SidecarViews::stale).orElse(ComponentHealth.OK),
                    quota.storeProblem()
                            .map(problem -> ComponentHealth.of(ComponentState.FAILING, problem))
                            .orElse(ComponentHealth.OK),
                    quota.rolesProblem()
                            .map(problem -> ComponentHealth.of(ComponentState.FAILING, problem))
                            .orElse(ComponentHealth.OK));
        }

        @Override
        public String metrics() {
            return registry.scrape();
        }

        @Override
        public UsageBody usage(UsageBody.UsageQuery query) {
            UsageList list = new UsageList(
                    admission, (scope, subject) -> subject, Optional::empty, (id, dimension) -> Optional.empty());
            return new UsageBody(
                    node, list.rows(query, System.nanoTime()), quota.allocations(UsageBody.UsageQuery.ROWS_MAX));
        }

        @Override
        public PeersBody peers() {
            return sync.peers(node, System.nanoTime());
        }

        @Override
        public MembersBody members(int port) {
            return sync.members(node, port);
        }
    }

    /** Where quotas are served, with the port that was bound. */
    public InetSocketAddress listenAddress() {
        return quota.address();
    }

    /** Where the admin port is, with the port that was bound. */
    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** {@code tcp://host:port} where usage is published; empty: sync is off. */
    public String syncEndpoint() {
        return sync.endpoint();
    }

    /** Replaces the peers to subscribe to, {@code tcp://host:port} each. */
    public void setPeers(List<String> peers) {
        sync.setPeers(peers);
    }

    /**
     * Stops being ready and accepts no more clients.
     *
     * @return whether each one got its response in time
     */
    public boolean drain() throws InterruptedException {
        serving.end();
        return quota.drain(Sidecar.QUOTA_DRAIN_MILLIS);
    }

    @Override
    public void close() {
        parts.close();
    }
}

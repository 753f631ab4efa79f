package dev.sluice.proxy.app.quota;

import dev.sluice.common.HostPort;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.admission.Admission;
import dev.sluice.policy.settings.AdminToken;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.policy.source.Reloadable;
import dev.sluice.policy.source.Staleness;
import dev.sluice.proxy.admin.api.AdminViews;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.ComponentState;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.UsageBody;
import dev.sluice.proxy.admin.http.BearerToken;
import dev.sluice.proxy.admin.limits.AuditLog;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.app.heap.HeapTable;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.api.CallCounters;
import dev.sluice.proxy.quota.api.QuotaApi;
import dev.sluice.proxy.quota.api.QuotaViews;
import dev.sluice.proxy.quota.definitions.QuotaCatalog;
import dev.sluice.proxy.quota.definitions.QuotaEditor;
import dev.sluice.proxy.quota.definitions.QuotaSources;
import dev.sluice.proxy.quota.definitions.QuotasApi;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.quota.http.QuotaWorker;
import dev.sluice.proxy.quota.server.QuotaServer;
import dev.sluice.proxy.quota.server.QuotaServerOptions;
import dev.sluice.proxy.tls.SidecarTls;
import dev.sluice.quota.rate.KeyedRates;
import dev.sluice.quota.rate.LimiterRateQuotas;
import dev.sluice.quota.rate.RateQuotas;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The quota service: its files, its store and its port. It is opened before the limiter, whose policy has its rate quotas, and
 * serves once all else has started.
 */
public final class QuotaPart implements AutoCloseable {
    /** Beside the overlay. */
    private static final String AUDIT_FILE = "quotas-audit.log";
    /** An allocation quota, with its name and what readers see of it. */
    private static final int QUOTA_BYTES = 350;
    /** An idempotency key of a rate quota takes at most about so much, with the result of its call. */
    private static final int KEY_BYTES = 600;
    /** They may take one part of the heap in so many. */
    private static final int KEYS_HEAP_PART = 16;

    private final Settings.Quota settings;
    private final QuotaSources sources;
    private final AllocPart alloc;
    private final QuotaWorker worker = new QuotaWorker();
    private final CallCounters calls = new CallCounters();
    private final ProxyCounters connections = new ProxyCounters();
    private final RolesPart roles;
    private Optional<SidecarTls> tls = Optional.empty();
    private Optional<QuotaServer> server = Optional.empty();
    private Optional<EnvoyPart> envoy = Optional.empty();

    private QuotaPart(Settings.Quota settings, QuotaSources sources, AllocPart alloc) {
        this.settings = settings;
        this.sources = sources;
        this.alloc = alloc;
        this.roles = new RolesPart(settings, alloc.store()::size);
    }

    /**
     * Opens the store of allocations; serves nothing yet.
     *
     * @param first what the quotas file held at the start
     * @throws IOException if the store can't be used
     */
    public static QuotaPart open(Settings.Quota settings, PolicyLayer first) throws IOException {
        return new QuotaPart(settings, new QuotaSources(settings, first), AllocPart.start(allocOf(settings)));
    }

    /** A node without the role keeps nothing. */
    private static Settings.Alloc allocOf(Settings.Quota settings) {
        Settings.Alloc alloc = settings.alloc();
        return settings.roles().contains(QuotaRole.ALLOC)
                ? alloc
                : new Settings.Alloc(Optional.empty(), alloc.keep(), alloc.keysMax());
    }

    /** The quotas as layers of the policy, in order of precedence. */
    public List<Reloadable<PolicyLayer>> layers() {
        return sources.layers();
    }

    /** Brings the allocation quotas of a policy into the store. Blocks until it has them. */
    public void define(PolicySnapshot policy) {
        if (settings.roles().contains(QuotaRole.ALLOC)) {
            alloc.definer().define(policy.allocations());
        }
    }

    /** Why a file of quotas can't be used; empty: they can. */
    public Optional<Staleness> staleness() {
        return sources.staleness();
    }

    /** What is wrong with the roles of the nodes; empty: nothing. */
    public Optional<String> rolesProblem() {
        return roles.problem();
    }

    /** Whether allocations can be made durable, and by one node; its files are shown as those of limits. */
    public ComponentHealth health() {
        return storeProblem()
                .or(this::rolesProblem)
                .map(problem -> ComponentHealth.of(ComponentState.FAILING, problem))
                .orElse(ComponentHealth.OK);
    }

    /** Why allocations can't be made durable; empty: they can. */
    public Optional<String> storeProblem() {
        return alloc.store().problem();
    }

    /**
     * Follows the files, and serves.
     *
     * @param node the name of this node
     * @param sync by which nodes with other roles are found
     * @param metrics gets those of Envoy's port
     * @param connectionsMax clients at a time, if the settings don't say it
     * @throws IOException if the address can't be listened on, or a certificate can't be used
     */
    public void serve(
            String node,
            Admission admission,
            SyncPart sync,
            AdminViews views,
            SluiceMetrics metrics,
            int connectionsMax)
            throws IOException {
        sources.start();
        alloc.follow();
        if (settings.tls().isPresent()) {
            tls = Optional.of(SidecarTls.ofClients(settings.tls().get()));
        }
        RateQuotas rates = new LimiterRateQuotas(admission.tokens());
        QuotaApi api =
                new QuotaApi(rates, keyed(rates), alloc.store(), worker, calls, settings.maxBatch(), System::nanoTime);
        List<QuotaRoute> routes = new ArrayList<>(api.calls());
        routes.addAll(api.views(new PortViews(views)));
        routes.addAll(quotas(node).routes());
        roles.start(node, sync.views(), metrics);
        InetSocketAddress address = new InetSocketAddress(
                settings.listen().host(), settings.listen().port());
        server = Optional.of(QuotaServer.start(
                QuotaServerOptions.of(address)
                        .bounded(settings.maxConnections().orElse(connectionsMax), settings.maxBodyBytes()),
                roles.over(routes, settings.maxBatch()),
                new BearerToken(settings.token()),
                tls.flatMap(files -> files.options().clients()),
                connections,
                System::nanoTime,
                Transport.best()));
        tls.ifPresent(SidecarTls::start);
        sync.publishService(
                settings.roles(),
                new HostPort(settings.listen().host(), address().getPort()),
                settings.tls().isPresent());
        if (settings.envoy().isPresent()) {
            envoy = Optional.of(EnvoyPart.start(
                    settings.envoy().get(),
                    settings.tls(),
                    new BearerToken(settings.token()),
                    rates,
                    views::isReady,
                    connectionsMax));
            envoy.get().bind(metrics);
        }
    }

    private KeyedRates keyed(RateQuotas rates) {
        long fit = Runtime.getRuntime().maxMemory() / KEYS_HEAP_PART / KEY_BYTES;
        Settings.Alloc bounds = settings.alloc();
        return new KeyedRates(rates, bounds.keep().toNanos(), (int) Math.min(bounds.keysMax(), fit));
    }

    private QuotasApi quotas(String node) {
        QuotaCatalog catalog = new QuotaCatalog(sources, alloc.store());
        Optional<QuotaEditor> editor = sources.overlayFile()
                .map(file -> new QuotaEditor(
                        node,
                        settings.token().map(AdminToken::fingerprint).orElse(""),
                        file,
                        sources,
                        catalog,
                        new AuditLog(file.file().resolveSibling(AUDIT_FILE))));
        return new QuotasApi(catalog, editor, worker);
    }

    /** What the port shows of the process is what the admin port shows. */
    private final class PortViews implements QuotaViews {
        private final AdminViews views;

        PortViews(AdminViews views) {
            this.views = views;
        }

        @Override
        public boolean isReady() {
            return views.isReady();
        }

        @Override
        public boolean isHealthy() {
            return views.isHealthy();
        }

        @Override
        public Record health() {
            return views.health();
        }

        @Override
        public String metrics() {
            return views.metrics();
        }

        @Override
        public MembersBody members() {
            return views.members(address().getPort());
        }
    }

    /** Where Envoy is served, with the port that was bound; empty: nowhere. */
    public Optional<InetSocketAddress> envoyAddress() {
        return envoy.map(EnvoyPart::address);
    }

    /** Where it serves, with the port that was bound. To be called once it serves. */
    public InetSocketAddress address() {
        return server.orElseThrow().address();
    }

    /** The allocation quotas of which something is allocated, in order; so many at most. */
    public List<UsageBody.AllocationRow> allocations(int most) {
        return BusiestQuotas.allocations(alloc.store(), most);
    }

    /**
     * Registers its metrics.
     *
     * @param admission has the rate quotas
     */
    public void bind(SluiceMetrics to, Admission admission) {
        calls.bind(to, connections);
        to.families(new BusiestQuotas(admission.tokens(), alloc.store())::read);
        to.counter("sluice.quota.loads", "Changed quotas that came into force", sources.file(), Reloadable::loads);
        to.counter(
                "sluice.quota.load.failures",
                "Changed quotas files that were bad",
                sources.file(),
                Reloadable::failures);
        to.gauge(
                "sluice.quota.stale",
                "1 while a file of quotas is bad and older quotas are in force",
                this,
                part -> part.staleness().isPresent() ? 1 : 0);
        to.gauge(
                "sluice.quota.store.failing",
                "1 while allocations can't be made durable",
                this,
                part -> part.storeProblem().isPresent() ? 1 : 0);
    }

    /** What it has in the heap. */
    public List<HeapTable> heapTables() {
        return List.of(new HeapTable("allocation quotas", () -> alloc.store().size(), QUOTA_BYTES));
    }

    /** Accepts no more clients; returns whether each one got its response in time. */
    public boolean drain(long timeoutMillis) throws InterruptedException {
        return server.isEmpty() || server.get().drain(timeoutMillis);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        sources.close();
        envoy.ifPresent(EnvoyPart::close);
        server.ifPresent(QuotaServer::close);
        tls.ifPresent(SidecarTls::close);
        roles.close();
        worker.close();
        alloc.close();
    }
}

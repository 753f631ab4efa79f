package dev.sluice.proxy.app;

import dev.sluice.common.HostPort;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.proxy.accesslog.AccessLog;
import dev.sluice.proxy.admin.http.AdminRoute;
import dev.sluice.proxy.admin.limits.LimitsApi;
import dev.sluice.proxy.admin.live.LiveApi;
import dev.sluice.proxy.admin.live.LiveFeed;
import dev.sluice.proxy.admin.live.LiveView;
import dev.sluice.proxy.admin.live.activity.ActivityBoard;
import dev.sluice.proxy.admin.metrics.BuildVersion;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.admin.page.PageRoutes;
import dev.sluice.proxy.app.heap.HeapTable;
import dev.sluice.proxy.app.heap.HeapWatch;
import dev.sluice.proxy.app.log.StartLog;
import dev.sluice.proxy.app.quota.QuotaPart;
import dev.sluice.proxy.app.state.StateFilePart;
import dev.sluice.proxy.app.sync.SessionSharing;
import dev.sluice.proxy.app.sync.SyncPart;
import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.debug.DebugApi;
import dev.sluice.proxy.debug.RequestDebug;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One sidecar: the list of its parts. Each part starts itself, gets the parts that it needs, and closes itself; they close
 * in the opposite order. A new part is one line in the constructor.
 */
public final class Sidecar implements AutoCloseable {
    /** Beside S3, clients of quotas may be a part of those that fit: one in so many. */
    private static final int QUOTA_CONNECTIONS_PART = 4;

    static final long QUOTA_DRAIN_MILLIS = 5_000;

    private final PartStack parts;
    private final SyncPart sync;
    private final RequestPathPart requestPath;
    private final Optional<QuotaPart> quota;
    private final AdminPart admin;
    private final ServingState serving = new ServingState();

    /**
     * Starts everything.
     *
     * @throws IOException if an address can't be listened on; nothing is left running then
     */
    public static Sidecar start(Settings settings, PolicyLayer limitsFile) throws IOException {
        return start(new Configuration(settings, limitsFile));
    }

    /**
     * Starts everything.
     *
     * @throws IOException if an address can't be listened on; nothing is left running then
     */
    public static Sidecar start(Configuration configuration) throws IOException {
        PartStack parts = new PartStack();
        try {
            return new Sidecar(configuration, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private Sidecar(Configuration configuration, PartStack parts) throws IOException {
        Settings settings = configuration.settings();
        this.parts = parts;
        Housekeeping housekeeping = parts.add(new Housekeeping());
        RgwPart rgw = parts.add(new RgwPart(settings));
        quota = openQuotas(configuration, parts);
        PolicySources sources = new PolicySources(
                settings, configuration.limits(), quota.map(QuotaPart::layers).orElse(List.of()), rgw.limits());
        LimiterPart limiter = new LimiterPart(settings, sources.snapshot(), rgw.owners(), housekeeping);
        // It ends after the sync and the last request, so that the last write has everything.
        SessionSharing sessions = new SessionSharing(limiter.directory().sessions());
        Optional<StateFilePart> state =
                StateFilePart.start(settings.stateFile(), settings.sync().cluster(), limiter.admission(), sessions);
        state.ifPresent(parts::add);
        ActivityBoard board = new ActivityBoard();
        sync = parts.add(SyncPart.start(settings, limiter.admission(), sessions, board));
        PolicyPart policy = parts.add(PolicyPart.start(
                sources,
                limiter.policy(),
                snapshot -> quota.ifPresent(part -> part.define(snapshot)),
                sync::publishLimits));
        rgw.start(limiter.admission());
        RequestDebug debug = new RequestDebug(System::nanoTime);
        Optional<AccessLog> accessLog = AccessLog.start(settings, System::nanoTime, System::currentTimeMillis);
        accessLog.ifPresent(parts::add);
        requestPath = parts.add(RequestPathPart.start(
                settings, limiter, accessLog.<CourseListener>map(debug::and).orElse(debug), housekeeping));
        SluiceMetrics metrics = new SluiceMetrics();
        state.ifPresent(file -> file.bind(metrics));
        accessLog.ifPresent(log -> log.bind(metrics));
        parts.add(HeapWatch.start(heapTables(limiter, rgw), metrics));
        LiveView view = new LiveView(
                new SidecarLiveSources(settings, limiter, sync, policy, requestPath),
                board,
                System.nanoTime(),
                System.currentTimeMillis());
        SidecarViews views = new SidecarViews(
                settings.nodeId(),
                serving,
                limiter,
                sync,
                policy,
                rgw,
                requestPath,
                quota,
                view,
                settings.admin().limitSeries(),
                metrics);
        LimitsApi limits = policy.api(settings, limiter, views::peers);
        LiveFeed feed = parts.add(new LiveFeed(view, System::nanoTime, System::currentTimeMillis));
        LiveApi live = new LiveApi(feed, view, System::nanoTime, System::currentTimeMillis);
        DebugApi debugApi = new DebugApi(settings.nodeId(), debug, limiter.directory()::userOfKey, System::nanoTime);
        List<AdminRoute> routes = Stream.of(limits.routes(), live.routes(), debugApi.routes())
                .flatMap(List::stream)
                .toList();
        admin = parts.add(AdminPart.start(settings.admin(), views, withPage(routes), metrics));
        feed.start();
        if (quota.isPresent()) {
            quota.get().bind(metrics, limiter.admission());
            quota.get()
                    .serve(
                            settings.nodeId(),
                            limiter.admission(),
                            sync,
                            views,
                            metrics,
                            Math.max(1, ConnectionBudget.ofThisProcess() / QUOTA_CONNECTIONS_PART));
        }
        if (quota.isEmpty()) {
            sync.publishService(
                    Set.of(),
                    new HostPort(
                            settings.admin().address().host(), admin.address().getPort()),
                    false);
        }
        housekeeping.once(metrics::bindJvm);
        serving.begin();
        StartLog.log(BuildVersion.text(), settings, limiter.policy().current());
    }

    private static List<AdminRoute> withPage(List<AdminRoute> routes) {
        return Stream.concat(routes.stream(), PageRoutes.routes().stream()).toList();
    }

    /** Its store closes after the sync; a class of it is loaded only where it is on. */
    private static Optional<QuotaPart> openQuotas(Configuration configuration, PartStack parts) throws IOException {
        Optional<Settings.Quota> settings = configuration.settings().quota();
        return settings.isPresent()
                ? Optional.of(parts.add(QuotaPart.open(settings.get(), configuration.quotas())))
                : Optional.empty();
    }

    private List<HeapTable> heapTables(LimiterPart limiter, RgwPart rgw) {
        List<HeapTable> quotas = quota.map(QuotaPart::heapTables).orElse(List.of());
        return Stream.of(limiter.heapTables(), rgw.heapTables(), requestPath.heapTables(), sync.heapTables(), quotas)
                .flatMap(List::stream)
                .toList();
    }

    /** Where S3 clients are served, with the port that was bound. */
    public InetSocketAddress listenAddress() {
        return requestPath.address();
    }

    /** Where the admin port is, with the port that was bound. */
    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** Where quotas are served, with the port that was bound; empty: they aren't. */
    public Optional<InetSocketAddress> quotaAddress() {
        return quota.map(QuotaPart::address);
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
     * Stops being ready and lets requests in progress end, with the lead and within the timeout of the settings.
     *
     * @return whether every request ended in time
     */
    public boolean drain() throws InterruptedException {
        serving.end();
        boolean isDrained = requestPath.drain();
        return drainQuotas() && isDrained;
    }

    /** Calls take milliseconds, so a little time is enough. */
    private boolean drainQuotas() throws InterruptedException {
        return quota.isEmpty() || quota.get().drain(QUOTA_DRAIN_MILLIS);
    }

    /**
     * Likewise, without a lead and within another timeout.
     *
     * @return whether every request ended in time
     */
    public boolean drain(long timeoutMillis) throws InterruptedException {
        serving.end();
        boolean isDrained = requestPath.drain(timeoutMillis);
        return drainQuotas() && isDrained;
    }

    @Override
    public void close() {
        parts.close();
    }
}

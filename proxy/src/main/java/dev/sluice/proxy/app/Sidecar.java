package dev.sluice.proxy.app;

import dev.sluice.common.HostPort;
import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.policy.identity.IdentityDirectory;
import dev.sluice.policy.settings.ListenBounds;
import dev.sluice.policy.settings.Settings;
import dev.sluice.policy.source.PolicyInForce;
import dev.sluice.policy.source.PolicyLayer;
import dev.sluice.policy.source.PolicyMerger;
import dev.sluice.policy.source.PolicySnapshot;
import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.admin.http.AdminServer;
import dev.sluice.proxy.admin.http.BearerToken;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.downstream.ClientBounds;
import dev.sluice.proxy.downstream.ProxyOptions;
import dev.sluice.proxy.downstream.ProxyServer;
import dev.sluice.proxy.gate.S3Gate;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.s3.HostDomains;
import dev.sluice.proxy.tls.SidecarTls;
import dev.sluice.proxy.tls.TlsOptions;
import dev.sluice.sync.Bus;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sidecar: puts the parts together, starts them in the order in which they need each other, and takes them down in
 * the opposite one. This is the only place that reads the machine's clocks for the limiter.
 */
public final class Sidecar implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);
    /** How many users and buckets may have an account of their own at a time, whatever the heap. */
    private static final int MAX_ACCOUNTS = 1_000_000;
    /** What an account with two windows takes (3,100 bytes), and its places in what is told and heard. */
    private static final int ACCOUNT_BYTES = 4_000;
    /** The part of the heap that accounts may take. */
    private static final int HEAP_PART = 3;

    /** How many threads serve requests; for measurements, and for machines on which the gateway needs the processors. */
    private static final String EVENT_LOOPS_PROPERTY = "sluice.event-loops";

    private static final int HOUSEKEEPING_SECONDS = 5;
    private static final int REJECTION_LOG_SECONDS = 10;
    private static final int LOOKUP_SECONDS = 30;
    private static final int PROBE_SECONDS = 5;
    /** A gateway on the same machine that takes longer than this is as good as gone. */
    private static final long PROBE_MILLIS = 2_000;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Admission admission;
    private final Optional<Bus> bus;
    private final ProxyServer proxy;
    private final AdminServer admin;
    private final SidecarViews views;
    private final ListenBounds bounds;

    /**
     * Starts everything.
     *
     * @throws IOException if an address can't be listened on; nothing is left running then
     */
    public static Sidecar start(Settings settings, PolicyLayer limits) throws IOException {
        Deque<AutoCloseable> started = new ArrayDeque<>();
        try {
            return new Sidecar(settings, limits, started);
        } catch (IOException | RuntimeException e) {
            closeAll(started);
            throw e;
        }
    }

    private Sidecar(Settings settings, PolicyLayer limits, Deque<AutoCloseable> started) throws IOException {
        String cluster = settings.sync().cluster();
        long epochOffsetNanos = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        PacingSettings pacing = new PacingSettings(settings.sync().interval().toNanos(), System.nanoTime());
        PolicySnapshot first = PolicyMerger.merge(List.of(limits));
        admission = new Admission(new SubjectIds(cluster), maxAccounts(), epochOffsetNanos, first.limits(), pacing);
        PolicyInForce policy = new PolicyInForce(admission, first);
        IdentityDirectory directory = new IdentityDirectory(cluster, policy::current);

        Optional<Bus> running = startBus(settings, started);
        bus = running;
        Consumer<PolicySnapshot> reportLimits = snapshot ->
                running.ifPresent(b -> b.setLimitsFingerprint(LimitsFingerprint.of(cluster, snapshot.limits())));
        reportLimits.accept(first);
        PolicySources sources = new PolicySources(settings.limitsFile(), limits, snapshot -> {
            policy.swap(snapshot, System.nanoTime());
            reportLimits.accept(snapshot);
        });
        started.push(sources);

        Optional<SyncKeys> keys =
                bus.flatMap(b -> SyncKeys.follow(b, settings.sync().trust()));
        keys.ifPresent(started::push);
        SyncStatus sync = new SyncStatus(bus, keys);
        ProxyCounters counters = new ProxyCounters();
        SluiceMetrics metrics = new SluiceMetrics();
        started.push(metrics);
        Optional<SidecarTls> tls = tls(settings);
        if (tls.isPresent()) {
            started.push(tls.get());
            tls.get().bind(metrics, counters);
        }
        UpstreamAddress upstream = new UpstreamAddress(
                settings.upstream().address().host(),
                settings.upstream().address().port());
        UpstreamProbe probe = new UpstreamProbe(upstream, probeMillis(settings), System::currentTimeMillis);
        views = new SidecarViews(
                settings.nodeId(),
                admission,
                sync,
                sources.limitsFile(),
                probe,
                tls,
                metrics,
                System::nanoTime,
                this::adminAddress);
        bounds = settings.listen().bounds();
        int maxConnections = bounds.maxConnections().orElseGet(ConnectionBudget::ofThisProcess);
        views.bind(metrics, counters, maxConnections);

        Transport transport = Transport.best();
        S3Gate gate = new S3Gate(new HostDomains(settings.listen().s3Domains()), directory, admission);
        admin = AdminServer.start(
                socketAddress(settings.admin().address()),
                new AdminApi(views, new BearerToken(settings.admin().token())),
                transport);
        started.push(admin);
        proxy = ProxyServer.start(
                options(settings, upstream, maxConnections),
                tls.isPresent() ? tls.get().options() : TlsOptions.NONE,
                gate,
                counters,
                System::nanoTime,
                transport);
        started.push(proxy);

        sources.start();
        if (tls.isPresent()) {
            tls.get().start();
        }
        startHousekeeping(upstream, probe, new BoundsLog(counters, maxConnections), metrics, started);
        this.started.addAll(started);
        views.serving(true);
    }

    private static int maxAccounts() {
        long fit = Runtime.getRuntime().maxMemory() / HEAP_PART / ACCOUNT_BYTES;
        return (int) Math.min(MAX_ACCOUNTS, Math.max(1_000, fit));
    }

    private Optional<Bus> startBus(Settings settings, Deque<AutoCloseable> started) throws IOException {
        Settings.Sync sync = settings.sync();
        if (sync.listen().isEmpty()) {
            return Optional.empty();
        }
        SecureRandom random = new SecureRandom();
        SyncConfig config = BusConfigMapper.of(settings.nodeId(), sync);
        Bus running = Bus.start(
                config,
                sync.discovery().map(DiscoveryFactory::of),
                admission,
                random.nextLong(),
                SyncClocks.system(),
                new SplittableRandom(random.nextLong()));
        started.push(running);
        return Optional.of(running);
    }

    private static int probeMillis(Settings settings) {
        return (int) Math.min(PROBE_MILLIS, settings.upstream().connectTimeout().toMillis());
    }

    /** Empty: on neither side. A lambda over it would load its class even then. */
    private static Optional<SidecarTls> tls(Settings settings) throws IOException {
        boolean isWanted =
                settings.listen().tls().isPresent() || settings.upstream().tls().isPresent();
        return isWanted ? Optional.of(new SidecarTls(settings, System.nanoTime())) : Optional.empty();
    }

    private static ProxyOptions options(Settings settings, UpstreamAddress upstream, int maxConnections) {
        Settings.Listen listen = settings.listen();
        Settings.Upstream to = settings.upstream();
        return new ProxyOptions(
                socketAddress(listen.address()),
                upstream,
                eventLoops(),
                listen.maxHeadBytes(),
                listen.headTimeout().toNanos(),
                listen.idleTimeout().toNanos(),
                to.connectTimeout().toNanos(),
                to.responseTimeout().toNanos(),
                to.idleTimeout().toNanos(),
                listen.trustedProxies(),
                new ClientBounds(
                        maxConnections,
                        listen.bounds().maxHeaders(),
                        listen.bounds().minRateBytesPerSecond(),
                        listen.bounds().minRatePeriod().toNanos()));
    }

    /** One per processor that this process may use, or as many as the system property says. */
    private static int eventLoops() {
        return Integer.getInteger(EVENT_LOOPS_PROPERTY, Runtime.getRuntime().availableProcessors());
    }

    private void startHousekeeping(
            UpstreamAddress upstream,
            UpstreamProbe probe,
            BoundsLog boundsLog,
            SluiceMetrics metrics,
            Deque<AutoCloseable> started) {
        ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        RejectionLog rejections = new RejectionLog(admission);
        started.push(() -> {
            housekeeping.shutdownNow();
            // What was rejected since the log was last told of it; by now that is nobody else's to tell.
            if (housekeeping.awaitTermination(PROBE_MILLIS, TimeUnit.MILLISECONDS)) {
                rejections.report(System.nanoTime());
                boundsLog.report();
            }
        });
        housekeeping.execute(metrics::bindJvm);
        housekeeping.execute(probe::look);
        every(housekeeping, HOUSEKEEPING_SECONDS, () -> admission.forgetIdle(System.nanoTime()));
        every(housekeeping, REJECTION_LOG_SECONDS, () -> rejections.report(System.nanoTime()));
        every(housekeeping, REJECTION_LOG_SECONDS, boundsLog::report);
        every(housekeeping, LOOKUP_SECONDS, upstream::refresh);
        every(housekeeping, PROBE_SECONDS, probe::look);
    }

    private static void every(ScheduledExecutorService executor, int seconds, Runnable task) {
        Runnable safely = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("housekeeping failed and goes on", e);
            }
        };
        executor.scheduleWithFixedDelay(safely, seconds, seconds, TimeUnit.SECONDS);
    }

    private static InetSocketAddress socketAddress(HostPort address) {
        return new InetSocketAddress(address.host(), address.port());
    }

    /** Where S3 clients are served. */
    public InetSocketAddress listenAddress() {
        return proxy.address();
    }

    public InetSocketAddress adminAddress() {
        return admin.address();
    }

    /** {@code tcp://host:port} where usage is published; empty: not at all. */
    public String syncEndpoint() {
        return bus.map(Bus::endpoint).orElse("");
    }

    /** Whom to listen to from now on, {@code tcp://host:port} each. */
    public void setPeers(List<String> peers) {
        bus.ifPresent(b -> b.setPeers(peers));
    }

    /** What the sidecar shows of itself. */
    public SidecarViews views() {
        return views;
    }

    /**
     * Stops being ready, and lets what is under way come to its end with the lead and within the time of the settings.
     *
     * @return whether everything ended within the time
     */
    public boolean drain() throws InterruptedException {
        views.serving(false);
        return proxy.drain(bounds.drainLead().toMillis(), bounds.drainTimeout().toMillis());
    }

    /**
     * Likewise, without a lead and within another time.
     *
     * @return whether everything ended within the time
     */
    public boolean drain(long timeoutMillis) throws InterruptedException {
        views.serving(false);
        return proxy.drain(timeoutMillis);
    }

    @Override
    public void close() {
        closeAll(started);
    }

    private static void closeAll(Deque<AutoCloseable> started) {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.warn("could not be stopped in order", e);
            }
        }
    }
}

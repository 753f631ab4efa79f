package dev.sluice.proxy.app;

import dev.sluice.policy.listen.ListenBounds;
import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.app.gateway.GatewayLog;
import dev.sluice.proxy.app.gateway.MalformedLog;
import dev.sluice.proxy.app.gateway.UpstreamAddress;
import dev.sluice.proxy.app.gateway.UpstreamProbe;
import dev.sluice.proxy.app.heap.HeapTable;
import dev.sluice.proxy.course.CourseListener;
import dev.sluice.proxy.downstream.ClientBounds;
import dev.sluice.proxy.downstream.ProxyOptions;
import dev.sluice.proxy.downstream.ProxyServer;
import dev.sluice.proxy.gate.S3Gate;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.tls.SidecarTls;
import dev.sluice.proxy.tls.TlsOptions;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The request path: accepts clients, with or without TLS, and forwards what the limits admit to the gateway. Probes the
 * gateway and logs the bounds that clients reach.
 */
final class RequestPathPart implements AutoCloseable {
    /** How many threads serve requests; for measurements, and for machines on which the gateway needs the processors. */
    private static final String EVENT_LOOPS_PROPERTY = "sluice.event-loops";

    private static final int BOUNDS_LOG_SECONDS = 10;
    private static final int LOOKUP_SECONDS = 30;
    private static final int PROBE_SECONDS = 5;
    private static final int WATCH_SECONDS = 1;
    /** A gateway on the same machine that takes longer than this is as good as down. */
    private static final long PROBE_MILLIS_MAX = 2_000;

    private final ProxyCounters counters = new ProxyCounters();
    private final ListenBounds bounds;
    private final int connectionsMax;
    private final Optional<SidecarTls> tls;
    private final UpstreamProbe probe;
    private final ProxyServer server;
    /** Requests that had failed when the gateway was last looked at; belongs to the housekeeping thread. */
    private long failedBefore;

    private RequestPathPart(Settings settings, LimiterPart limiter, CourseListener courses, Housekeeping housekeeping)
            throws IOException {
        bounds = settings.listen().bounds();
        connectionsMax = bounds.maxConnections().orElseGet(ConnectionBudget::ofThisProcess);
        tls = tls(settings);
        Settings.Upstream upstream = settings.upstream();
        UpstreamAddress address = new UpstreamAddress(
                upstream.address().host(), upstream.address().port());
        int probeMillis =
                (int) Math.min(PROBE_MILLIS_MAX, upstream.connectTimeout().toMillis());
        String gateway = upstream.address().toString();
        probe = new UpstreamProbe(gateway, address, probeMillis, System::currentTimeMillis);
        server = ProxyServer.start(
                options(settings, address, connectionsMax),
                tls.isPresent() ? tls.get().options() : TlsOptions.NONE,
                new S3Gate(GatewayLayouts.of(settings), limiter.directory(), limiter.admission(), limiter.proofs()),
                counters,
                courses,
                System::nanoTime,
                Transport.best());
        if (tls.isPresent()) {
            tls.get().start();
        }
        housekeeping.once(probe::probe);
        housekeeping.every(PROBE_SECONDS, probe::probe);
        housekeeping.every(LOOKUP_SECONDS, address::refresh);
        GatewayLog gatewayLog = new GatewayLog(counters, gateway);
        housekeeping.every(WATCH_SECONDS, () -> {
            watch(address);
            gatewayLog.report(System.nanoTime());
        });
        housekeeping.everyAndAtEnd(BOUNDS_LOG_SECONDS, new BoundsLog(counters, connectionsMax)::report);
        housekeeping.everyAndAtEnd(BOUNDS_LOG_SECONDS, new MalformedLog(counters)::report);
    }

    /** Looks at the gateway at once when requests have failed there. */
    private void watch(UpstreamAddress address) {
        address.refreshAfterFailure();
        long failed = counters.upstreamFailed.sum();
        if (failed > failedBefore) {
            failedBefore = failed;
            probe.probeAtOnce();
        }
    }

    /**
     * Starts to serve.
     *
     * @param courses gets each request at its end
     * @throws IOException if the address can't be listened on, or a certificate can't be used
     */
    static RequestPathPart start(
            Settings settings, LimiterPart limiter, CourseListener courses, Housekeeping housekeeping)
            throws IOException {
        return new RequestPathPart(settings, limiter, courses, housekeeping);
    }

    /** Empty: on neither side. A lambda over it would load its class even then. */
    private static Optional<SidecarTls> tls(Settings settings) throws IOException {
        boolean isWanted =
                settings.listen().tls().isPresent() || settings.upstream().tls().isPresent();
        return isWanted ? Optional.of(new SidecarTls(settings, System.nanoTime())) : Optional.empty();
    }

    private static ProxyOptions options(Settings settings, UpstreamAddress upstream, int connectionsMax) {
        Settings.Listen listen = settings.listen();
        Settings.Upstream to = settings.upstream();
        return new ProxyOptions(
                new InetSocketAddress(listen.address().host(), listen.address().port()),
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
                        connectionsMax,
                        listen.bounds().maxHeaders(),
                        listen.bounds().minRateBytesPerSecond(),
                        listen.bounds().minRatePeriod().toNanos()));
    }

    /** One per processor that this process may use, or as many as the system property says. */
    private static int eventLoops() {
        return Integer.getInteger(EVENT_LOOPS_PROPERTY, Runtime.getRuntime().availableProcessors());
    }

    /** Where S3 clients are served, with the port that was bound. */
    InetSocketAddress address() {
        return server.address();
    }

    ProxyCounters counters() {
        return counters;
    }

    int connectionsMax() {
        return connectionsMax;
    }

    /** What connections and requests have in the heap. */
    List<HeapTable> heapTables() {
        PooledByteBufAllocator buffers = PooledByteBufAllocator.DEFAULT;
        return List.of(
                new HeapTable(
                        "client connections", counters.clientConnections::sum, ConnectionBudget.CONNECTION_HEAP_BYTES),
                new HeapTable("bytes of buffers", () -> buffers.metric().usedHeapMemory(), 1));
    }

    UpstreamProbe probe() {
        return probe;
    }

    /** Empty: there is no TLS on either side. */
    Optional<SidecarTls> tls() {
        return tls;
    }

    /** Drains with the lead and within the timeout of the settings; returns whether every request ended in time. */
    boolean drain() throws InterruptedException {
        return server.drain(bounds.drainLead().toMillis(), bounds.drainTimeout().toMillis());
    }

    /** Drains without a lead; returns whether every request ended in time. */
    boolean drain(long timeoutMillis) throws InterruptedException {
        return server.drain(timeoutMillis);
    }

    @Override
    public void close() {
        if (tls.isPresent()) {
            tls.get().close();
        }
        server.close();
    }
}

package dev.sluice.proxy.admin.metrics;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Holding;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.usage.WaitTimes;
import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.loop.FaultCounters;
import dev.sluice.proxy.loop.ProxyCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.PooledByteBufAllocator;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * All metrics, under names that start with {@code sluice_}, and those of the JVM. Labels are from fixed sets, but for those
 * of the few limits that reject the most: a client can't make the number of time series grow.
 */
public final class SluiceMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private boolean jvmBound;

    public SluiceMetrics() {
        // Names that Prometheus' conventions don't allow; ProcessMetrics has the same under others.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        gauge(
                "sluice.buffers.direct.bytes",
                "Direct memory that the buffer pool holds",
                PooledByteBufAllocator.DEFAULT,
                pool -> pool.metric().usedDirectMemory());
    }

    /**
     * Registers the metrics of the JVM, once. To be called soon after the start: JMX would delay the start itself, and the
     * first scrape may come when the process can't open any more files.
     */
    public synchronized void bindJvm() {
        if (jvmBound) {
            return;
        }
        jvmBound = true;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        ProcessMetrics.bind(this);
        bindCollectors();
    }

    /** Reads the JVM's own counts at each scrape. Notifications of collections would cost a thread. */
    private void bindCollectors() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            FunctionTimer.builder(
                            "jvm.gc.pause",
                            collector,
                            GarbageCollectorMXBean::getCollectionCount,
                            GarbageCollectorMXBean::getCollectionTime,
                            TimeUnit.MILLISECONDS)
                    .description("Time spent in garbage collection")
                    .tag("gc", collector.getName())
                    .register(registry);
        }
    }

    /** Registers what the request path counts. */
    public void bind(ProxyCounters counters) {
        requests("admitted", counters.completed);
        requests("rejected", counters.rejected);
        requests("malformed", counters.malformed);
        requests("upstream-failed", counters.upstreamFailed);
        requests("client-gone", counters.clientGone);
        requests("over-connections", counters.overConnections);
        RequestMetrics.bind(this, counters.times);
        faults(counters);
        String failures = "Requests that failed at the gateway, by what went wrong";
        labelled("sluice.upstream.failures", failures, "reason", "unreachable", counters.upstreamUnreachable);
        labelled("sluice.upstream.failures", failures, "reason", "closed", counters.upstreamClosed);
        labelled("sluice.upstream.failures", failures, "reason", "invalid", counters.upstreamInvalid);
        labelled("sluice.upstream.failures", failures, "reason", "timeout", counters.upstreamTimedOut);
        counter(
                "sluice.retries",
                "Requests sent again after a reused connection had closed",
                counters.retried,
                LongAdder::sum);
        labelled("sluice.bytes", "Bytes of bodies", "direction", "upload", counters.bytesFromClients);
        labelled("sluice.bytes", "Bytes of bodies", "direction", "download", counters.bytesToClients);
        String connections = "Upstream connections taken for an exchange";
        labelled("sluice.upstream.connections", connections, "kind", "new", counters.upstreamConnects);
        labelled("sluice.upstream.connections", connections, "kind", "reused", counters.upstreamReuses);
        gauge(
                "sluice.client.connections",
                "Client connections that are open",
                counters.clientConnections,
                LongAdder::sum);
        counter(
                "sluice.client.connections.untrusted",
                "Connections closed because the PROXY protocol is on and they came from no trusted proxy",
                counters.untrustedPeers,
                LongAdder::sum);
        counter(
                "sluice.client.connections.refused",
                "Client connections refused because too many were open",
                counters.connectionsRefused,
                LongAdder::sum);
        counter(
                "sluice.client.connections.displaced",
                "Idle client connections closed to make room for others",
                counters.connectionsDisplaced,
                LongAdder::sum);
        String slow = "Clients that were disconnected for being slower than listen.min-rate";
        labelled("sluice.slow.clients", slow, "direction", "upload", counters.slowUploads);
        labelled("sluice.slow.clients", slow, "direction", "download", counters.slowReaders);
        counter(
                "sluice.accept.failures",
                "Times that connections could not be accepted",
                counters.acceptFailures,
                LongAdder::sum);
        counter(
                "sluice.transfer.pauses",
                "Times that a limit on bytes paused a transfer",
                counters.transferPauses,
                LongAdder::sum);
        gauge("sluice.exchanges", "Requests in progress", counters.exchanges, LongAdder::sum);
    }

    private void faults(ProxyCounters counters) {
        for (HttpFault fault : HttpFault.values()) {
            if (fault.inRequests()) {
                malformed("request", fault, counters.requestFaults);
            }
            if (fault.inResponses()) {
                malformed("response", fault, counters.responseFaults);
            }
        }
    }

    private void malformed(String message, HttpFault fault, FaultCounters counts) {
        FunctionCounter.builder("sluice.malformed", counts.of(fault), LongAdder::sum)
                .description("Malformed messages by their fault")
                .tag("message", message)
                .tag("fault", fault.label())
                .register(registry);
    }

    private void requests(String outcome, LongAdder count) {
        labelled("sluice.requests", "Requests by their outcome", "outcome", outcome, count);
    }

    private void labelled(String name, String help, String label, String value, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(help)
                .tag(label, value)
                .register(registry);
    }

    /**
     * Registers rejections by limit, and how full the table of accounts is.
     *
     * @param nanoClock monotonic
     */
    public void bind(Admission admission, LongSupplier nanoClock) {
        for (Scope scope : Scope.values()) {
            for (Dimension dimension : Dimension.values()) {
                if (dimension.isOf(scope)) {
                    bind(admission, scope, dimension);
                }
            }
        }
        gauge(
                "sluice.limit.excess.ratio",
                "The largest part by which a shared limit was exceeded in the last minute, as seen by this sidecar",
                admission,
                a -> a.cluster().recentExcess(nanoClock.getAsLong()));
        gauge("sluice.accounts", "Subjects that have an account", admission, Admission::accountCount);
        counter(
                "sluice.accounts.overflowed",
                "Look-ups that found the table of accounts full",
                admission,
                Admission::overflowedLookups);
        bind(admission.holding());
    }

    private void bind(Admission admission, Scope scope, Dimension dimension) {
        FunctionCounter.builder("sluice.rejected", admission, a -> a.rejected(scope, dimension))
                .description("Requests rejected, by the limit that rejected them")
                .tag("scope", scope.key())
                .tag("dimension", dimension.key())
                .register(registry);
        FunctionCounter.builder("sluice.would.reject", admission, a -> a.wouldReject(scope, dimension))
                .description("Requests admitted that a shadow limit had no room for, by the limit")
                .tag("scope", scope.key())
                .tag("dimension", dimension.key())
                .register(registry);
    }

    /** Registers the requests that wait for room. */
    public void bind(Holding holding) {
        counter("sluice.requests.held", "Requests that waited for room in a limit", holding, Holding::held);
        gauge("sluice.held.requests", "Requests that wait for room in a limit now", holding, Holding::waiting);
        counter(
                "sluice.held.rejected",
                "Requests that were rejected after they had waited",
                holding,
                Holding::rejected);
        counter("sluice.held.left", "Clients that left while their request waited", holding, Holding::left);
        counter(
                "sluice.held.full",
                "Requests that were rejected at once because too many waited",
                holding,
                Holding::full);
        histogram("sluice_held_seconds", "How long requests waited", () -> waitHistogram(holding.times()));
    }

    private static HistogramDataPointSnapshot waitHistogram(WaitTimes times) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        List<Double> bounds = WaitTimes.boundsSeconds();
        List<Long> counts = times.counts();
        for (int i = 0; i < bounds.size(); i++) {
            buckets.bucket(bounds.get(i), counts.get(i));
        }
        buckets.bucket(Double.POSITIVE_INFINITY, counts.get(bounds.size()));
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(times.sumSeconds())
                .build();
    }

    /** Registers a value that only grows. */
    public <T> void counter(String name, String help, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(help).register(registry);
    }

    /** Registers a value that only grows, with a label. */
    public <T> void counter(
            String name, String help, String label, String labelValue, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value)
                .description(help)
                .tag(label, labelValue)
                .register(registry);
    }

    /** Registers a value that goes up and down. The source is held strongly. */
    public <T> void gauge(String name, String help, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .description(help)
                .strongReference(true)
                .register(registry);
    }

    /** Registers a value that goes up and down, with a label. The source is held strongly. */
    public <T> void gauge(
            String name, String help, String label, String labelValue, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .description(help)
                .tag(label, labelValue)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Registers a histogram whose owner counts in classes.
     *
     * @param name as it is shown, with its unit
     */
    public void histogram(String name, String help, Supplier<HistogramDataPointSnapshot> reading) {
        registry.getPrometheusRegistry()
                .register(() -> HistogramSnapshot.builder()
                        .name(name)
                        .help(help)
                        .dataPoint(reading.get())
                        .build());
    }

    /** Registers metrics whose labels change: those of the busiest of something. They are read at each scrape. */
    public void families(Supplier<MetricSnapshots> reading) {
        registry.getPrometheusRegistry().register((MultiCollector) reading::get);
    }

    /** All metrics in Prometheus' text format. */
    public String scrape() {
        bindJvm();
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}

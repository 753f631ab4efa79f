package dev.sluice.proxy.quota.api;

import dev.sluice.limits.model.QuotaName;
import dev.sluice.proxy.admin.api.ComponentHealth;
import dev.sluice.proxy.admin.api.MemberRow;
import dev.sluice.proxy.admin.api.MembersBody;
import dev.sluice.proxy.admin.api.RelayHealth;
import dev.sluice.proxy.admin.http.TokenCheck;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.proxy.quota.http.QuotaRoute;
import dev.sluice.proxy.quota.http.QuotaWorker;
import dev.sluice.proxy.quota.server.QuotaServer;
import dev.sluice.proxy.quota.server.QuotaServerOptions;
import dev.sluice.proxy.testing.KeptConnection;
import dev.sluice.proxy.tls.DownstreamTls;
import dev.sluice.quota.alloc.AllocBounds;
import dev.sluice.quota.alloc.AllocCommand;
import dev.sluice.quota.journal.AllocStore;
import dev.sluice.quota.rate.KeyedRates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** A quota port in this process, with rate quotas that are made up and a real store. */
final class QuotaFixture implements AutoCloseable {
    final FakeRateQuotas rate = new FakeRateQuotas().with("ns1", "r1", 120).with("org", "calls", 3);
    final AllocStore store;
    final ProxyCounters counters = new ProxyCounters();
    final QuotaWorker worker = new QuotaWorker();
    final QuotaServer server;
    final List<QuotaRoute> routes;
    volatile boolean isReady = true;

    private static final long KEEP_NANOS = 900_000_000_000L;

    private final AtomicLong clockMillis;

    private QuotaFixture(
            AllocStore store,
            AtomicLong clockMillis,
            QuotaServerOptions options,
            TokenCheck token,
            Optional<DownstreamTls> tls,
            int maxBatch)
            throws IOException {
        this.store = store;
        this.clockMillis = clockMillis;
        KeyedRates keyed = new KeyedRates(rate, KEEP_NANOS, 1000);
        QuotaApi api = new QuotaApi(rate, keyed, store, worker, new CallCounters(), maxBatch, System::nanoTime);
        this.routes = new ArrayList<>(api.calls());
        routes.addAll(api.views(new FakeQuotaViews()));
        this.server = QuotaServer.start(options, routes, token, tls, counters, System::nanoTime, Transport.best());
    }

    private final class FakeQuotaViews implements QuotaViews {
        @Override
        public boolean isReady() {
            return isReady;
        }

        @Override
        public boolean isHealthy() {
            return isReady;
        }

        @Override
        public Record health() {
            return new RelayHealth(ComponentHealth.OK);
        }

        @Override
        public String metrics() {
            return "sluice_quota_requests_total 1\n";
        }

        @Override
        public MembersBody members() {
            return new MembersBody(List.of(new MemberRow("sluice", "node", "10.0.0.1", 6789, 7070)));
        }
    }

    static QuotaServerOptions options() {
        return QuotaServerOptions.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .onLoops(2);
    }

    static QuotaFixture inMemory() throws IOException {
        return inMemory(options(), authorization -> true, Optional.empty());
    }

    static QuotaFixture inMemory(QuotaServerOptions options, TokenCheck token, Optional<DownstreamTls> tls)
            throws IOException {
        AtomicLong clock = new AtomicLong(1_800_000_000_000L);
        AllocStore store = AllocStore.inMemory(AllocBounds.DEFAULT, clock::get);
        return new QuotaFixture(store, clock, options, token, tls, 1000);
    }

    /** With a store that survives, and at most so many calls in a batch. */
    static QuotaFixture local(Path directory, int maxBatch) throws IOException {
        AtomicLong clock = new AtomicLong(1_800_000_000_000L);
        AllocStore store = AllocStore.local(directory, 1 << 20, AllocBounds.DEFAULT, clock::get);
        return new QuotaFixture(store, clock, options(), authorization -> true, Optional.empty(), maxBatch);
    }

    void passSeconds(long seconds) {
        clockMillis.addAndGet(seconds * 1000);
    }

    /** Defines an allocation quota, whose leases last an hour at most. */
    QuotaFixture define(String namespace, String resource, long capacity) {
        store.submit(new AllocCommand.Define(new QuotaName(namespace, resource), capacity, 3_600_000))
                .join();
        return this;
    }

    KeptConnection connect() throws IOException {
        return new KeptConnection(server.address());
    }

    @Override
    public void close() throws IOException {
        server.close();
        worker.close();
        store.close();
    }
}

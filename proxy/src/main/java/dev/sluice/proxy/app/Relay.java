package dev.sluice.proxy.app;

import dev.sluice.policy.settings.RelaySettings;
import dev.sluice.proxy.admin.api.AdminApi;
import dev.sluice.proxy.admin.http.AdminServer;
import dev.sluice.proxy.admin.http.BearerToken;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.Transport;
import dev.sluice.sync.Bus;
import dev.sluice.sync.config.SyncClocks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** One relay: a bus that passes on what it hears, its keys and its admin port. Thread-safe. */
public final class Relay implements AutoCloseable, AdminApi.Views {
    private final String node;
    private final Bus bus;
    private final Optional<SyncKeys> keys;
    private final SyncStatus sync;
    private final SluiceMetrics metrics = new SluiceMetrics();
    private final AdminServer admin;

    /** @throws IOException if an address can't be listened on; nothing is left running then */
    public static Relay start(RelaySettings settings) throws IOException {
        SecureRandom random = new SecureRandom();
        Bus bus = Bus.relay(
                BusConfigMapper.of(settings.nodeId(), settings.sync()),
                settings.sync().discovery().map(DiscoveryFactory::of),
                random.nextLong(),
                SyncClocks.system(),
                new SplittableRandom(random.nextLong()));
        try {
            return new Relay(settings, bus);
        } catch (IOException | RuntimeException e) {
            bus.close();
            throw e;
        }
    }

    private Relay(RelaySettings settings, Bus bus) throws IOException {
        this.node = settings.nodeId();
        this.bus = bus;
        this.keys = SyncKeys.follow(bus, settings.sync().trust());
        this.sync = new SyncStatus(Optional.of(bus), keys);
        sync.bind(metrics, System::nanoTime);
        InetSocketAddress address = new InetSocketAddress(
                settings.admin().address().host(), settings.admin().address().port());
        this.admin = AdminServer.start(
                address, new AdminApi(this, new BearerToken(settings.admin().token())), Transport.best());
    }

    public String endpoint() {
        return bus.endpoint();
    }

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
        return new AdminApi.Health(bus.isHealthy(now), Map.of("sync", sync.describe(now)));
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
    public Object members() {
        return sync.members(node, admin.address());
    }

    @Override
    public void close() {
        admin.close();
        keys.ifPresent(SyncKeys::close);
        bus.close();
        metrics.close();
    }
}

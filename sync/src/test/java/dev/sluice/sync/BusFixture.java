package dev.sluice.sync;

import static org.awaitility.Awaitility.await;

import dev.sluice.limits.model.OnPartition;
import dev.sluice.sync.activity.ActivityBook;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.NodeAddressing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.discovery.Discovery;
import dev.sluice.sync.peers.PeerState;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.core.ConditionFactory;
import org.zeromq.ZMQ;

/** Starts buses on the loopback interface, with keys of their own, and closes them. */
public final class BusFixture implements AutoCloseable {
    public static final String ANY_PORT = "tcp://127.0.0.1:0";
    public static final long INTERVAL_NANOS = 20_000_000;

    private final List<Bus> started = new ArrayList<>();
    private final long intervalNanos;

    public BusFixture() {
        this(INTERVAL_NANOS);
    }

    public BusFixture(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** A pair of keys. */
    public record Keys(String publicKey, String secretKey) {
        public static Keys make() {
            ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
            return new Keys(pair.publicKey, pair.secretKey);
        }

        public KeyRing allowing(Keys... others) {
            List<String> allowed = new ArrayList<>();
            for (Keys other : others) {
                allowed.add(other.publicKey);
            }
            return new KeyRing(publicKey, secretKey, allowed);
        }
    }

    public Bus start(String name, KeyRing ring, TestUsageRegistry registry, String... peers) throws IOException {
        return start(name, ANY_PORT, Optional.of(ring), registry, peers);
    }

    public Bus startWithoutKeys(String name, TestUsageRegistry registry, String... peers) throws IOException {
        return start(name, ANY_PORT, Optional.empty(), registry, peers);
    }

    public Bus startFinding(Discovery search, String name, TestUsageRegistry registry, String... peers)
            throws IOException {
        SyncConfig config = new SyncConfig(name, ANY_PORT, "test", intervalNanos, List.of(peers));
        long incarnation = ThreadLocalRandom.current().nextLong();
        Bus bus = Bus.start(
                config,
                Optional.of(search),
                registry,
                SessionBook.NONE,
                ActivityBook.NONE,
                incarnation,
                SyncClocks.system(),
                new SplittableRandom(1));
        started.add(bus);
        return bus;
    }

    public Bus start(String name, String listen, Optional<KeyRing> ring, TestUsageRegistry registry, String... peers)
            throws IOException {
        SyncConfig config = new SyncConfig(name, listen, "test", intervalNanos, List.of(peers), OnPartition.AUTO, ring);
        long incarnation = ThreadLocalRandom.current().nextLong();
        Bus bus = Bus.start(config, registry, incarnation, SyncClocks.system(), new SplittableRandom(1));
        started.add(bus);
        return bus;
    }

    /** A relay for those sidecars. */
    Bus startRelay(String listen, Optional<KeyRing> ring, List<String> sidecars) throws IOException {
        SyncConfig config = new SyncConfig("relay", listen, "test", intervalNanos, sidecars, OnPartition.AUTO, ring);
        long incarnation = ThreadLocalRandom.current().nextLong();
        Bus bus = Bus.relay(config, Optional.empty(), incarnation, SyncClocks.system(), new SplittableRandom(1));
        started.add(bus);
        return bus;
    }

    /** A sidecar that hears the others by relays alone. */
    Bus startBehind(String name, Optional<KeyRing> ring, TestUsageRegistry registry, NodeAddressing addressing)
            throws IOException {
        SyncConfig config = new SyncConfig(
                name,
                ANY_PORT,
                "test",
                intervalNanos,
                List.of(),
                OnPartition.AUTO,
                SyncConfig.RATE_DEFAULT,
                ring,
                addressing);
        long incarnation = ThreadLocalRandom.current().nextLong();
        Bus bus = Bus.start(config, registry, incarnation, SyncClocks.system(), new SplittableRandom(1));
        started.add(bus);
        return bus;
    }

    public static boolean receives(Bus bus, String node) {
        return bus.peers().stream().anyMatch(peer -> peer.node().equals(node) && peer.state() == PeerState.LIVE);
    }

    public static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }

    @Override
    public void close() {
        started.forEach(Bus::close);
    }
}

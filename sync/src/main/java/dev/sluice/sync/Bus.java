package dev.sluice.sync;

import dev.sluice.limits.admission.UsageRegistry;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.discovery.Discovery;
import dev.sluice.sync.discovery.DiscoveryStatus;
import dev.sluice.sync.discovery.DiscoveryThread;
import dev.sluice.sync.discovery.EndpointResolver;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.outgoing.ReportSource;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.peers.UnreachablePeer;
import dev.sluice.sync.relay.RelayQueue;
import dev.sluice.sync.relay.RelayUsageRegistry;
import dev.sluice.sync.wire.NodeIdentity;
import dev.sluice.sync.zmq.CurrentKeys;
import dev.sluice.sync.zmq.Publisher;
import dev.sluice.sync.zmq.Subscriber;
import dev.sluice.sync.zmq.SyncThread;
import dev.sluice.sync.zmq.UnauthenticatedPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQException;

/**
 * The exchange of usage with other sidecars over ZeroMQ: publishes what a {@link UsageRegistry} admitted, charges it with
 * what others did.
 *
 * <p>Three threads: the publisher owns the publishing socket, the subscriber the subscribing sockets and the peer table,
 * the resolver looks up names. All methods may be called by any thread and none waits for the network, but
 * {@link #close}. Should the bus fail, requests go on under what is known so far.
 */
public final class Bus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

    private static final int SUBJECTS_PER_PEER_MAX = 200_000;
    /** It charges nobody, and needs to remember nothing; what is beyond is counted and left. */
    private static final int SUBJECTS_PER_PEER_OF_RELAY = 1;

    /** A worker turns every 50 ms; beyond this it hangs, or has had to wait after failures. */
    private static final long STALLED_NANOS = 3_000_000_000L;

    private static final long CLOSE_MILLIS_MAX = 3_000;

    private final CurrentKeys keys;
    private final AtomicLong limitsFingerprint;
    private final String endpoint;
    private final String advertised;
    private final Publisher publisher;
    private final Subscriber subscriber;
    private final EndpointResolver resolver;
    private final Optional<DiscoveryThread> finder;
    private final SyncThread publishing;
    private final SyncThread subscribing;
    private final List<Thread> threads = new ArrayList<>();

    private Bus(
            CurrentKeys keys,
            AtomicLong limitsFingerprint,
            String advertised,
            Publisher publisher,
            Subscriber subscriber,
            EndpointResolver resolver,
            Optional<DiscoveryThread> finder,
            SyncClocks clocks) {
        this.keys = keys;
        this.limitsFingerprint = limitsFingerprint;
        this.endpoint = publisher.endpoint();
        this.advertised = advertised;
        this.publisher = publisher;
        this.subscriber = subscriber;
        this.resolver = resolver;
        this.finder = finder;
        this.publishing = new SyncThread("sluice-publisher", publisher, clocks.nanos());
        this.subscribing = new SyncThread("sluice-subscriber", subscriber, clocks.nanos());
    }

    /**
     * Listens, connects to the peers and begins to report.
     *
     * @param registry read by the publisher thread, charged by the subscriber thread; what it counted before is not told
     * @param incarnation 64 random bits, never used before
     * @param random for the jitter between ticks; used by the publisher thread only
     * @throws IOException if the endpoint can't be listened on
     */
    public static Bus start(
            SyncConfig config, UsageRegistry registry, long incarnation, SyncClocks clocks, RandomGenerator random)
            throws IOException {
        return start(config, Optional.empty(), registry, incarnation, clocks, random);
    }

    /**
     * Listens, connects to the peers and begins to report and to look for more peers.
     *
     * @param discovery where peers are looked for besides those of the config
     * @param registry read by the publisher thread, charged by the subscriber thread; what it counted before is not told
     * @param incarnation 64 random bits, never used before
     * @param random for the jitter between ticks; used by the publisher thread only
     * @throws IOException if the endpoint can't be listened on
     */
    public static Bus start(
            SyncConfig config,
            Optional<Discovery> discovery,
            UsageRegistry registry,
            long incarnation,
            SyncClocks clocks,
            RandomGenerator random)
            throws IOException {
        NodeIdentity self = config.identity(incarnation);
        long now = clocks.nanos().getAsLong();
        AtomicLong limitsFingerprint = new AtomicLong();
        PeerTable.Bounds bounds = new PeerTable.Bounds(SyncConfig.PEERS_MAX, SUBJECTS_PER_PEER_MAX);
        PeerTable table = new PeerTable(self, registry, bounds, now);
        Reporter reporter =
                new Reporter(self, registry, limitsFingerprint::get, table::livePeers, config.bytesPerSecondMax(), now);
        Bus bus = of(config, discovery, limitsFingerprint, reporter, table, report -> {}, clocks, random);
        LOG.info(
                "sync of cluster {} listens on {}, {}",
                config.cluster(),
                bus.endpoint,
                config.keys().isPresent() ? "to holders of listed keys" : "to everybody");
        return bus;
    }

    /**
     * Listens, connects to the peers and passes on their reports as they are, each once; says nothing itself. For clusters in
     * which not everybody can be connected to everybody.
     *
     * @param incarnation 64 random bits, never used before
     * @param random used by the publisher thread only
     * @throws IOException if the endpoint can't be listened on
     */
    public static Bus relay(
            SyncConfig config,
            Optional<Discovery> discovery,
            long incarnation,
            SyncClocks clocks,
            RandomGenerator random)
            throws IOException {
        RelayQueue passing = new RelayQueue();
        PeerTable.Bounds bounds = new PeerTable.Bounds(SyncConfig.PEERS_MAX, SUBJECTS_PER_PEER_OF_RELAY);
        PeerTable table = new PeerTable(
                config.identity(incarnation),
                RelayUsageRegistry.INSTANCE,
                bounds,
                clocks.nanos().getAsLong());
        Bus bus = of(config, discovery, new AtomicLong(), passing, table, passing::take, clocks, random);
        LOG.info("relay of cluster {} listens on {}", config.cluster(), bus.endpoint);
        return bus;
    }

    private static Bus of(
            SyncConfig config,
            Optional<Discovery> discovery,
            AtomicLong limitsFingerprint,
            ReportSource reports,
            PeerTable table,
            Consumer<byte[]> taken,
            SyncClocks clocks,
            RandomGenerator random)
            throws IOException {
        CurrentKeys keys = new CurrentKeys(config.keys());
        Publisher publisher = new Publisher(reports, keys, config, clocks, random);
        try {
            publisher.open();
        } catch (ZMQException e) {
            throw new IOException("sync can't listen on " + config.listen() + ": " + e.getMessage(), e);
        }
        EndpointResolver resolver = new EndpointResolver(InetAddress::getAllByName, config.peers(), config.addressing());
        Optional<DiscoveryThread> finder = discovery.map(
                where -> new DiscoveryThread(where, found -> resolver.found(found, where.source()), clocks.nanos()));
        Subscriber subscriber = new Subscriber(table, resolver::targets, keys, config, clocks, taken);
        String advertised = config.addressing().advertise().orElse(publisher.endpoint());
        Bus bus = new Bus(keys, limitsFingerprint, advertised, publisher, subscriber, resolver, finder, clocks);
        bus.startThreads();
        return bus;
    }

    private void startThreads() {
        startDaemon(resolver, "sluice-resolver");
        finder.ifPresent(search -> startDaemon(search, "sluice-discovery"));
        threads.add(publishing.start());
        threads.add(subscribing.start());
    }

    private static void startDaemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What it listens on, with the port that was bound, such as {@code tcp://0.0.0.0:7070}. */
    public String endpoint() {
        return endpoint;
    }

    /** By what others reach it: as advertised, else as it listens. */
    public String advertised() {
        return advertised;
    }

    /**
     * Replaces the peers. They are connected to and disconnected from soon after.
     *
     * @param peers as in {@link SyncConfig#peers}
     * @throws IllegalArgumentException if they are more than {@value SyncConfig#PEERS_MAX}
     */
    public void setPeers(List<String> peers) {
        resolver.endpoints(SyncConfig.checkedPeers(peers));
    }

    /**
     * Replaces the keys. Who has a newly listed one gets in from now on; who has one that is no longer listed is
     * disconnected; connections go on under the secret that they began with.
     *
     * @throws IllegalStateException if the bus was started without keys
     */
    public void setKeys(KeyRing ring) {
        keys.replace(ring);
    }

    /**
     * Says which limits are in force here, so that people see where they differ. It changes nothing else: while a new limits
     * file comes to one sidecar after the other, all go on counting together.
     *
     * @param fingerprint the same for the same limits; 0: not told
     */
    public void setLimitsFingerprint(long fingerprint) {
        limitsFingerprint.set(fingerprint);
    }

    /** What {@link #setLimitsFingerprint} was told last. */
    public long limitsFingerprint() {
        return limitsFingerprint.get();
    }

    /** How the search for peers goes; empty: there is none. */
    public Optional<DiscoveryStatus> discovery() {
        return finder.map(DiscoveryThread::status);
    }

    /** Those who were refused lately for want of a listed key, the latest last; 32 at most. */
    public List<UnauthenticatedPeer> unauthenticatedPeers() {
        return publisher.unauthenticatedPeers();
    }

    /** The nodes that were heard, as of some 100 ms ago at most. */
    public List<PeerStatus> peers() {
        return subscriber.peers();
    }

    /** The nodes that peers hear and this one doesn't, as of some 100 ms ago at most. */
    public List<UnreachablePeer> unreachablePeers() {
        return subscriber.unreachablePeers();
    }

    /** The addresses to connect to, and the endpoints that can't be, as of some 100 ms ago at most. */
    public List<LinkStatus> links() {
        return subscriber.links();
    }

    public BusStats stats() {
        return new BusStats(publisher.stats(), subscriber.stats(), publishing.failures(), subscribing.failures());
    }

    /** Why the bus doesn't work, for people; empty: it does. Peers that are down are no fault of the bus. */
    public Optional<String> problem(long nowNanos) {
        return problem("publisher", publishing, nowNanos).or(() -> problem("subscriber", subscribing, nowNanos));
    }

    private static Optional<String> problem(String name, SyncThread worker, long nowNanos) {
        long ageNanos = nowNanos - worker.lastCycleNanos();
        return ageNanos <= STALLED_NANOS
                ? Optional.empty()
                : Optional.of("the sync " + name + " stands still for " + TimeUnit.NANOSECONDS.toSeconds(ageNanos)
                        + " s " + worker.lastFailure());
    }

    public boolean isHealthy(long nowNanos) {
        return problem(nowNanos).isEmpty();
    }

    /** Publishes what is unsaid, says farewell and closes the sockets; takes 3 s at most. */
    @Override
    public void close() {
        finder.ifPresent(DiscoveryThread::stop);
        resolver.stop();
        subscribing.stop();
        publishing.stop();
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                LOG.warn("{} did not end in time; it is left behind", thread.getName());
            }
        }
    }
}

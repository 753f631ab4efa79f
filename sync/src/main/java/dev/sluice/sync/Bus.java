package dev.sluice.sync;

import dev.sluice.common.NodeService;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.activity.ActivityBook;
import dev.sluice.sync.activity.ActivitySender;
import dev.sluice.sync.config.KeyRing;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.discovery.Discovery;
import dev.sluice.sync.discovery.DiscoveryStatus;
import dev.sluice.sync.discovery.DiscoveryThread;
import dev.sluice.sync.discovery.EndpointResolver;
import dev.sluice.sync.discovery.LinkStatus;
import dev.sluice.sync.history.HistoryReceiver;
import dev.sluice.sync.history.HistorySender;
import dev.sluice.sync.outgoing.ReportSource;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.peers.UnreachablePeer;
import dev.sluice.sync.relay.RelayQueue;
import dev.sluice.sync.relay.RelayUsageRegistry;
import dev.sluice.sync.sessions.SessionBook;
import dev.sluice.sync.sessions.SessionSender;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.trust.PeerRefusal;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQException;

/**
 * The sync of usage between sidecars over ZeroMQ. It publishes what a {@link UsageRegistry} has admitted, and
 * charges the registry with what the peers report.
 *
 * <p>The publisher thread owns the publishing socket. The subscriber thread owns the subscribing sockets and the
 * peer table. The resolver thread resolves names. All methods are safe for any thread, and none but {@link #close}
 * waits for the network. If the bus fails, requests are still limited by what is known so far.
 */
public final class Bus implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);

    private static final int SUBJECTS_PER_PEER_MAX = 200_000;
    /** What all peers together report has such a part of the heap, and as much again for subjects with an account here. */
    private static final int HEAP_PER_SUBJECT_BYTES = 10;

    private static final long SUBJECT_BYTES_MIN = 4L << 20;
    /** A relay charges nothing and needs no memory of subjects; further ones are counted and ignored. */
    private static final int SUBJECTS_PER_PEER_OF_RELAY = 1;

    /** A sync thread runs a cycle every 50 ms. After this time it hangs, or waits after failures. */
    private static final long STALLED_NANOS = 3_000_000_000L;

    private static final long CLOSE_MILLIS_MAX = 3_000;

    private final CurrentKeys keys;
    private final AtomicLong limitsFingerprint;
    private final AtomicReference<Optional<NodeService>> service;
    private final String endpoint;
    private final String advertised;
    private final Publisher publisher;
    private final Subscriber subscriber;
    private final HistoryReceiver histories;
    private final EndpointResolver resolver;
    private final Optional<DiscoveryThread> discoveryThread;
    private final SyncThread publishing;
    private final SyncThread subscribing;
    private final List<Thread> threads = new ArrayList<>();

    private Bus(
            CurrentKeys keys,
            AtomicLong limitsFingerprint,
            AtomicReference<Optional<NodeService>> service,
            String advertised,
            Publisher publisher,
            Subscriber subscriber,
            HistoryReceiver histories,
            EndpointResolver resolver,
            Optional<DiscoveryThread> discoveryThread,
            SyncClocks clocks) {
        this.keys = keys;
        this.limitsFingerprint = limitsFingerprint;
        this.service = service;
        this.endpoint = publisher.endpoint();
        this.advertised = advertised;
        this.publisher = publisher;
        this.subscriber = subscriber;
        this.histories = histories;
        this.resolver = resolver;
        this.discoveryThread = discoveryThread;
        this.publishing = new SyncThread("sluice-publisher", publisher, clocks.nanos());
        this.subscribing = new SyncThread("sluice-subscriber", subscriber, clocks.nanos());
    }

    /**
     * Listens, connects to the peers and begins to report.
     *
     * @param registry read by the publisher thread, charged by the subscriber thread; what it counted before is not
     *     reported
     * @param incarnation 64 random bits, never used before
     * @param random for the jitter between ticks; used by the publisher thread only
     * @throws IOException if the endpoint can't be listened on
     */
    public static Bus start(
            SyncConfig config, UsageRegistry registry, long incarnation, SyncClocks clocks, RandomGenerator random)
            throws IOException {
        return start(
                config, Optional.empty(), registry, SessionBook.NONE, ActivityBook.NONE, incarnation, clocks, random);
    }

    /**
     * Listens, connects to the peers, begins to report and to look for more peers.
     *
     * @param discovery looks up peers besides those of the config
     * @param registry read by the publisher thread, charged by the subscriber thread; what it counted before is not
     *     reported
     * @param sessions of STS, read by the publisher thread, filled by the subscriber thread
     * @param activities what sidecars show of themselves, likewise
     * @param incarnation 64 random bits, never used before
     * @param random for the jitter between ticks; used by the publisher thread only
     * @throws IOException if the endpoint can't be listened on
     */
    public static Bus start(
            SyncConfig config,
            Optional<Discovery> discovery,
            UsageRegistry registry,
            SessionBook sessions,
            ActivityBook activities,
            long incarnation,
            SyncClocks clocks,
            RandomGenerator random)
            throws IOException {
        NodeIdentity self = config.identity(incarnation);
        long now = clocks.nanos().getAsLong();
        AtomicLong limitsFingerprint = new AtomicLong();
        AtomicReference<Optional<NodeService>> service = new AtomicReference<>(Optional.empty());
        PeerBounds bounds =
                new PeerBounds(SyncConfig.PEERS_MAX, SUBJECTS_PER_PEER_MAX, subjectBytesMax(), subjectBytesMax());
        PeerTable table = new PeerTable(self, registry, bounds, now);
        table.sessions(sessions);
        table.activities(activities);
        Reporter reporter = new Reporter(
                self,
                registry,
                limitsFingerprint::get,
                () -> table.livePeers().with(Objects.requireNonNull(service.get())),
                Optional.of(new HistorySender(registry, table.histories())),
                table.receipts(),
                config.bytesPerSecondMax(),
                now);
        reporter.sessions(new SessionSender(sessions, table.histories()::olderPeers, now));
        reporter.activity(new ActivitySender(activities, now));
        Bus bus = of(config, discovery, limitsFingerprint, service, reporter, table, report -> {}, clocks, random);
        LOG.info(
                "sync of cluster {} listens on {}, {}",
                config.cluster(),
                bus.endpoint,
                config.keys().isPresent() ? "for holders of listed keys" : "without authentication");
        return bus;
    }

    private static long subjectBytesMax() {
        return Math.max(SUBJECT_BYTES_MIN, Runtime.getRuntime().maxMemory() / HEAP_PER_SUBJECT_BYTES);
    }

    /**
     * Listens, connects to the peers and forwards their reports unchanged, each once; it reports nothing itself.
     * For clusters in which not all nodes can connect to each other.
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
        RelayQueue queue = new RelayQueue();
        PeerBounds bounds = new PeerBounds(SyncConfig.PEERS_MAX, SUBJECTS_PER_PEER_OF_RELAY);
        PeerTable table = new PeerTable(
                config.identity(incarnation),
                RelayUsageRegistry.INSTANCE,
                bounds,
                clocks.nanos().getAsLong());
        AtomicReference<Optional<NodeService>> none = new AtomicReference<>(Optional.empty());
        Bus bus = of(config, discovery, new AtomicLong(), none, queue, table, queue::add, clocks, random);
        LOG.info("relay of cluster {} listens on {}", config.cluster(), bus.endpoint);
        return bus;
    }

    private static Bus of(
            SyncConfig config,
            Optional<Discovery> discovery,
            AtomicLong limitsFingerprint,
            AtomicReference<Optional<NodeService>> service,
            ReportSource reports,
            PeerTable table,
            Consumer<byte[]> onReport,
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
        EndpointResolver resolver =
                new EndpointResolver(InetAddress::getAllByName, config.peers(), config.addressing(), clocks.nanos());
        Optional<DiscoveryThread> discoveryThread = discovery.map(where ->
                new DiscoveryThread(where, found -> resolver.setDiscovered(found, where.source()), clocks.nanos()));
        Subscriber subscriber =
                new Subscriber(table, resolver::resolved, resolver.feedback(), keys, config, clocks, onReport);
        String advertised = config.addressing().advertise().orElse(publisher.endpoint());
        Bus bus = new Bus(
                keys,
                limitsFingerprint,
                service,
                advertised,
                publisher,
                subscriber,
                table.histories(),
                resolver,
                discoveryThread,
                clocks);
        bus.startThreads();
        return bus;
    }

    private void startThreads() {
        startDaemon(resolver, "sluice-resolver");
        discoveryThread.ifPresent(thread -> startDaemon(thread, "sluice-discovery"));
        threads.add(publishing.start());
        threads.add(subscribing.start());
    }

    private static void startDaemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The listen endpoint with the bound port, such as {@code tcp://0.0.0.0:7070}. */
    public String endpoint() {
        return endpoint;
    }

    /** The endpoint for other nodes: the advertised one, else the listen endpoint. */
    public String advertised() {
        return advertised;
    }

    /**
     * Replaces the peers. Connections are made and closed soon after.
     *
     * @param peers as in {@link SyncConfig#peers}
     * @throws IllegalArgumentException if they are more than {@value SyncConfig#PEERS_MAX}
     */
    public void setPeers(List<String> peers) {
        resolver.setConfigured(SyncConfig.checkedPeers(peers));
    }

    /**
     * Replaces the keys. Nodes with a newly listed key can connect from now on. Nodes with a key that is no longer
     * listed are disconnected. Other connections keep the secret with which they began.
     *
     * @throws IllegalStateException if the bus was started without keys
     */
    public void setKeys(KeyRing ring) {
        keys.replace(ring);
    }

    /**
     * Sets the fingerprint of the limits in force, so that people see where limits differ. It has no other effect:
     * while a new limits file reaches one sidecar after the other, all of them still count together.
     *
     * @param fingerprint the same for the same limits; 0: not reported
     */
    public void setLimitsFingerprint(long fingerprint) {
        limitsFingerprint.set(fingerprint);
    }

    /** Sets where this node serves HTTP, which its reports tell peers once a second. */
    public void setService(NodeService where) {
        service.set(Optional.of(where));
    }

    /** The value of the last {@link #setService}; empty: there was none. */
    public Optional<NodeService> service() {
        return Objects.requireNonNull(service.get());
    }

    /** The value of the last {@link #setLimitsFingerprint}. */
    public long limitsFingerprint() {
        return limitsFingerprint.get();
    }

    /** The status of the discovery; empty: there is none. */
    public Optional<DiscoveryStatus> discovery() {
        return discoveryThread.map(DiscoveryThread::status);
    }

    /** The nodes that were refused lately because their key is not listed, the latest last; 32 at most. */
    public List<UnauthenticatedPeer> unauthenticatedPeers() {
        return publisher.unauthenticatedPeers();
    }

    /** The known peers, at most some 100 ms old. */
    public List<PeerStatus> peers() {
        return subscriber.peers();
    }

    /** The nodes that are live for peers and not for this node, at most some 100 ms old. */
    public List<UnreachablePeer> unreachablePeers() {
        return subscriber.unreachablePeers();
    }

    /** What was refused of which peer, and why, at most some 100 ms old. */
    public List<PeerRefusal> refusals() {
        return subscriber.refusals();
    }

    /** The links to all addresses, and the endpoints without an address, at most some 100 ms old. */
    public List<LinkStatus> links() {
        return subscriber.links();
    }

    /** How many limits got a past from peers after the start; a limit counts for each peer that sent it. */
    public long restoredLimits() {
        return histories.restored();
    }

    public BusStats stats() {
        return new BusStats(publisher.stats(), subscriber.stats(), publishing.failures(), subscribing.failures());
    }

    /** Why the bus doesn't work, for people; empty: it works. A peer that is down is no problem of the bus. */
    public Optional<String> problem(long nowNanos) {
        return problem("publisher", publishing, nowNanos).or(() -> problem("subscriber", subscribing, nowNanos));
    }

    private static Optional<String> problem(String name, SyncThread worker, long nowNanos) {
        long ageNanos = nowNanos - worker.lastCycleNanos();
        return ageNanos <= STALLED_NANOS
                ? Optional.empty()
                : Optional.of("the sync " + name + " has been stalled for " + TimeUnit.NANOSECONDS.toSeconds(ageNanos)
                        + " s " + worker.lastFailure());
    }

    public boolean isHealthy(long nowNanos) {
        return problem(nowNanos).isEmpty();
    }

    /** Publishes a final report and closes the sockets; takes 3 s at most. */
    @Override
    public void close() {
        discoveryThread.ifPresent(DiscoveryThread::stop);
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
                LOG.warn("{} did not end in time; it is abandoned", thread.getName());
            }
        }
    }
}

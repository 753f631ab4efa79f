package dev.sluice.proxy.app.sync;

import dev.sluice.common.HostPort;
import dev.sluice.common.NodeService;
import dev.sluice.common.QuotaRole;
import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.model.Policy;
import dev.sluice.policy.settings.RelaySettings;
import dev.sluice.policy.settings.Settings;
import dev.sluice.proxy.app.heap.HeapTable;
import dev.sluice.sync.Bus;
import dev.sluice.sync.activity.ActivityBook;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.peers.PeerStatus;
import dev.sluice.sync.sessions.SessionBook;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** The sync of usage with other sidecars: the bus and its keys. Where it is off, this sidecar limits alone. */
public final class SyncPart implements AutoCloseable {
    /** What is remembered of one subject of one peer. */
    private static final int PEER_SUBJECT_BYTES = 120;

    private final String cluster;
    private final Optional<String> advertisedHost;
    private final Optional<Bus> bus;
    private final Optional<SyncKeys> keys;
    private volatile long limitsFingerprint;

    private SyncPart(Settings.Sync settings, Optional<Bus> bus) {
        this.cluster = settings.cluster();
        this.advertisedHost = settings.reach().advertise().map(HostPort::host);
        this.bus = bus;
        this.keys = bus.flatMap(b -> SyncKeys.follow(b, settings.trust()));
    }

    /**
     * Starts the sync of a sidecar.
     *
     * @param sessions of STS, which sidecars report to each other
     * @param activities what sidecars show of themselves and each other
     * @throws IOException if the address can't be listened on
     */
    public static SyncPart start(Settings settings, Admission admission, SessionBook sessions, ActivityBook activities)
            throws IOException {
        return start(settings.nodeId(), settings.sync(), admission, sessions, activities);
    }

    /**
     * Starts the sync of a quota service without a gateway, which knows no sessions.
     *
     * @param node its name
     * @throws IOException if the address can't be listened on
     */
    public static SyncPart start(String node, Settings.Sync sync, Admission admission) throws IOException {
        return start(node, sync, admission, SessionBook.NONE, ActivityBook.NONE);
    }

    private static SyncPart start(
            String node, Settings.Sync sync, Admission admission, SessionBook sessions, ActivityBook activities)
            throws IOException {
        if (sync.listen().isEmpty()) {
            return new SyncPart(sync, Optional.empty());
        }
        SecureRandom random = new SecureRandom();
        Bus bus = Bus.start(
                BusConfigMapper.of(node, sync),
                sync.discovery().map(DiscoveryFactory::of),
                admission,
                sessions,
                activities,
                random.nextLong(),
                SyncClocks.system(),
                new SplittableRandom(random.nextLong()));
        return new SyncPart(sync, Optional.of(bus));
    }

    /**
     * Starts a bus that forwards reports and limits nothing.
     *
     * @throws IOException if the address can't be listened on
     */
    public static SyncPart startRelay(RelaySettings settings) throws IOException {
        SecureRandom random = new SecureRandom();
        Bus bus = Bus.relay(
                BusConfigMapper.of(settings.nodeId(), settings.sync()),
                settings.sync().discovery().map(DiscoveryFactory::of),
                random.nextLong(),
                SyncClocks.system(),
                new SplittableRandom(random.nextLong()));
        return new SyncPart(settings.sync(), Optional.of(bus));
    }

    /** Of the limits that {@link #publishLimits} got last; 0: it got none. */
    public long limitsFingerprint() {
        return limitsFingerprint;
    }

    /** The peers that are known, at most some 100 ms old. */
    public List<PeerStatus> peers() {
        return bus.map(Bus::peers).orElse(List.of());
    }

    /** Why the sync doesn't work, for people; empty: it does, or it is off. */
    public Optional<String> problem(long nowNanos) {
        return bus.flatMap(b -> b.problem(nowNanos));
    }

    /** Reports to peers which limits are in force here, so that operators see where they differ. */
    public void publishLimits(Policy policy) {
        long fingerprint = LimitsFingerprint.of(cluster, policy);
        limitsFingerprint = fingerprint;
        bus.ifPresent(b -> b.setLimitsFingerprint(fingerprint));
    }

    /**
     * Reports to peers where this node serves HTTP. A wildcard is no address for others: they use the one that sync
     * advertises, or from which its reports come.
     *
     * @param roles in the quota service that others may use
     * @param hasTls whether others connect to it with TLS
     */
    public void publishService(Set<QuotaRole> roles, HostPort address, boolean hasTls) {
        Optional<String> host = address.isWildcard() || roles.isEmpty() ? advertisedHost : Optional.of(address.host());
        bus.ifPresent(b -> b.setService(new NodeService(roles, host, address.port(), hasTls)));
    }

    /** {@code tcp://host:port} where usage is published; empty: sync is off. */
    public String endpoint() {
        return bus.map(Bus::endpoint).orElse("");
    }

    /** Replaces the peers to subscribe to, {@code tcp://host:port} each. */
    public void setPeers(List<String> peers) {
        bus.ifPresent(b -> b.setPeers(peers));
    }

    /** What the sync has in the heap. */
    public List<HeapTable> heapTables() {
        return List.of(new HeapTable(
                "subjects of peers", () -> bus.map(SyncPart::subjects).orElse(0L), PEER_SUBJECT_BYTES));
    }

    private static long subjects(Bus bus) {
        long subjects = 0;
        for (PeerStatus peer : bus.peers()) {
            subjects += peer.subjects();
        }
        return subjects;
    }

    /** What the admin port shows of the sync. */
    public SyncViews views() {
        return new SyncViews(bus, keys);
    }

    @Override
    public void close() {
        keys.ifPresent(SyncKeys::close);
        bus.ifPresent(Bus::close);
    }
}

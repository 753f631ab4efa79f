package dev.sluice.sync.history;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Some nodes with the real limiter and the real sync, on a clock that the test moves, without sockets and files. Nodes start
 * and stop; each has a monotonic clock of its own.
 */
final class RestartCluster {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;
    private static final long STEP = 10 * MS;
    private static final long INTERVAL = 100 * MS;
    private static final Identity CLIENT = Identity.ofUser("client");
    private static final long CLUSTER = ClusterName.hash("test");

    final Random random;
    final Node[] nodes;
    /** When each admission of the whole cluster was, oldest first. */
    final List<Long> admitted = new ArrayList<>();

    private final Limit limit;
    private final long bytesPerSecondMax;
    private final boolean sendsHistories;
    private long now = 5_000 * SECOND;
    /** Which node no report comes from or to; -1: none. */
    private int isolated = -1;
    /** Which node no request comes to; -1: none. */
    private int idle = -1;

    RestartCluster(int size, Limit limit, long bytesPerSecondMax, long seed) {
        this(size, limit, bytesPerSecondMax, true, seed);
    }

    /** Nodes that send no histories are of an older release. */
    RestartCluster(int size, Limit limit, long bytesPerSecondMax, boolean sendsHistories, long seed) {
        this.random = new Random(seed);
        this.limit = limit;
        this.bytesPerSecondMax = bytesPerSecondMax;
        this.sendsHistories = sendsHistories;
        this.nodes = new Node[size];
        for (int i = 0; i < size; i++) {
            start(i, "node" + i);
        }
    }

    RestartCluster(int size, Limit limit, long seed) {
        this(size, limit, SyncConfig.RATE_DEFAULT, seed);
    }

    /** One incarnation. */
    final class Node {
        final Admission admission;
        final PeerTable table;
        final Reporter reporter;
        final String endpoint;
        private final Ticket ticket = new Ticket();
        private final long clock = random.nextLong(1_000_000 * SECOND);
        private long dueNanos = now + random.nextLong(INTERVAL);

        Node(int index, String name) {
            endpoint = "tcp://10.0.0." + index + ":7070";
            Policy policy = new Policy(
                    LimitSet.of(Dimension.READ_OPS, limit),
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    LimitSet.UNLIMITED,
                    Map.of(),
                    Map.of(),
                    Map.of());
            admission = new Admission(
                    new SubjectIds("test"), 100_000, -clock, policy, new PacingSettings(INTERVAL, random.nextLong()));
            NodeIdentity self = new NodeIdentity(CLUSTER, name, random.nextLong(), INTERVAL);
            table = new PeerTable(self, admission, new PeerBounds(64, 100_000), clock());
            table.expectNodes(nodes.length - 1, OnPartition.AUTO);
            reporter = new Reporter(
                    self,
                    admission,
                    () -> 0,
                    table::livePeers,
                    sendsHistories ? Optional.of(new HistorySender(admission, table.histories())) : Optional.empty(),
                    table.receipts(),
                    bytesPerSecondMax,
                    clock());
        }

        long clock() {
            return now + clock;
        }

        boolean request(Identity identity) {
            boolean isAdmitted =
                    admission.admit(identity, "", OperationClass.READ, ticket, clock()) instanceof Verdict.Admitted;
            ticket.commit();
            ticket.release(clock());
            return isAdmitted;
        }

        long used() {
            return admission.usage(10, clock()).stream()
                    .mapToLong(usage -> usage.used())
                    .sum();
        }

        byte[] save() {
            return SavedUsage.write(
                    admission.histories(HistoryOrigin.STATE_FILE, clock()), CLUSTER, clock(), wallMillis());
        }

        SavedUsage.Reading load(byte[] saved, long wallMillis) {
            return SavedUsage.read(saved, admission, CLUSTER, clock(), wallMillis);
        }
    }

    long wallMillis() {
        return now / MS;
    }

    long now() {
        return now;
    }

    /** Starts a node: the others subscribe to it, and it to them. */
    Node start(int index, String name) {
        Node node = new Node(index, name);
        nodes[index] = node;
        return node;
    }

    /** Ends a node as SIGTERM does; returns its state file. */
    byte[] stop(int index) {
        Node node = nodes[index];
        deliver(index, node.reporter.tick(ReportContent.FINAL, node.clock(), wallMillis()));
        nodes[index] = null;
        return node.save();
    }

    /** Ends a node without a word. */
    void kill(int index) {
        nodes[index] = null;
    }

    /** The subscription of a new node reaches the others, and theirs the new node. */
    void connect(int index) {
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i] != null) {
                deliver(i, nodes[i].reporter.tick(ReportContent.FULL_STATE, nodes[i].clock(), wallMillis()));
            }
        }
    }

    /** No report comes from that node or to it from now on; -1: all connections are back. */
    void isolate(int index) {
        isolated = index;
    }

    /** No request comes to that node from now on; -1: requests come to all. */
    void idle(int index) {
        idle = index;
    }

    private void deliver(int from, List<byte[]> messages) {
        for (int to = 0; to < nodes.length; to++) {
            for (byte[] message : messages) {
                if (to != from && nodes[to] != null && to != isolated && from != isolated) {
                    nodes[to].table.receive(message, nodes[from].endpoint, nodes[to].clock(), wallMillis());
                }
            }
        }
    }

    /** Lets time pass, with so many requests a second on each node. */
    void run(long nanos, double perSecondAndNode) {
        long end = now + nanos;
        for (; now < end; now += STEP) {
            for (int i = 0; i < nodes.length; i++) {
                Node node = nodes[i];
                if (node == null) {
                    continue;
                }
                if (now >= node.dueNanos) {
                    node.dueNanos = now + INTERVAL;
                    deliver(i, node.reporter.tick(ReportContent.CHANGES, node.clock(), wallMillis()));
                } else if (node.reporter.urgentWaitNanos(node.clock()) <= 0) {
                    deliver(i, node.reporter.tickUrgent(node.clock(), wallMillis()));
                }
                node.table.expire(node.clock());
                double expected = perSecondAndNode * STEP / SECOND;
                int requests = i == idle ? 0 : (int) expected + (random.nextDouble() < expected % 1 ? 1 : 0);
                for (int r = 0; r < requests; r++) {
                    if (node.request(CLIENT)) {
                        admitted.add(now);
                    }
                }
            }
        }
    }

    /** The most that was admitted in any period of that length. */
    int mostIn(long periodNanos) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < admitted.size(); last++) {
            while (admitted.get(last) - admitted.get(first) >= periodNanos) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }
}

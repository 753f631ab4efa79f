package dev.sluice.sync.peers;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.history.HistorySender;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.trust.LinkBudget;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.NodeIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Two honest nodes with the real limiter and the real sync, and a link of each to a third peer whose messages the test makes
 * up. No sockets; the test moves the clock. Every user has the same limit, and every user asks for twice of it.
 */
final class HonestPair {
    static final long MS = 1_000_000L;
    static final long SECOND = 1_000 * MS;
    static final long CLUSTER = ClusterName.hash("test");
    static final String THIRD = "tcp://10.0.0.9:7070";
    static final long SUBJECT_BYTES_MAX = 1 << 20;
    static final int ACCOUNTS_MAX = 2_000;

    private static final long STEP = 10 * MS;
    private static final long INTERVAL = 100 * MS;

    private final Random random;
    private final List<Identity> users;
    private final Map<Identity, Integer> admitted = new HashMap<>();
    private final double perSecondAndNode;
    private final Node[] nodes = new Node[2];
    private long now = 5_000 * SECOND;

    HonestPair(long seed, MeterAlgorithm algorithm, long perSecond, List<Identity> users) {
        this.random = new Random(seed);
        this.users = users;
        this.perSecondAndNode = perSecond;
        LimitSet none = LimitSet.UNLIMITED;
        LimitSet each = new LimitSet(Map.of(
                Dimension.READ_OPS,
                Limit.perSecond(perSecond, algorithm),
                Dimension.CONCURRENT_REQUESTS,
                Limit.concurrent(50)));
        Policy policy = new Policy(each, none, none, none, Map.of(), Map.of(), Map.of());
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = new Node(i, policy);
        }
    }

    static SubjectId idOf(Identity user) {
        return new SubjectIds("test").of(Scope.USER, user.user());
    }

    /** One of the two. */
    final class Node {
        final Admission admission;
        final PeerTable table;
        final NodeIdentity self;
        private final Reporter reporter;
        private final LinkBudget budget;
        private final String endpoint;
        private final Ticket ticket = new Ticket();
        private final long clock = random.nextLong() >>> 16;
        private long dueNanos;

        Node(int index, Policy policy) {
            endpoint = "tcp://10.0.0." + index + ":7070";
            dueNanos = now + random.nextInt((int) INTERVAL);
            admission = new Admission(
                    new SubjectIds("test"),
                    ACCOUNTS_MAX,
                    -clock,
                    policy,
                    new PacingSettings(INTERVAL, random.nextLong()));
            self = new NodeIdentity(CLUSTER, "honest" + index, random.nextLong(), INTERVAL);
            table = new PeerTable(
                    self,
                    admission,
                    new PeerBounds(64, 100_000, SUBJECT_BYTES_MAX / 2, SUBJECT_BYTES_MAX / 2),
                    clock());
            table.expectNodes(2, OnPartition.AUTO, Set.of(THIRD, "tcp://10.0.0." + (1 - index) + ":7070"));
            budget = new LinkBudget(SyncConfig.RATE_DEFAULT, 1, clock());
            reporter = new Reporter(
                    self,
                    admission,
                    () -> 0,
                    table::livePeers,
                    Optional.of(new HistorySender(admission, table.histories())),
                    table.receipts(),
                    SyncConfig.RATE_DEFAULT,
                    clock());
        }

        long clock() {
            return now + clock;
        }

        /** A message of the third peer, if so much of it is read. */
        void receiveFromThird(byte[] message) {
            if (budget.hasRoom(clock())) {
                budget.read(message.length);
                table.receive(message, THIRD, clock(), now / MS);
            }
        }

        private void load() {
            for (Identity user : users) {
                double expected = perSecondAndNode * STEP / SECOND;
                int requests = (int) expected + (random.nextDouble() < expected % 1 ? 1 : 0);
                for (int i = 0; i < requests; i++) {
                    if (admission.admit(user, "", OperationClass.READ, ticket, clock()) instanceof Verdict.Admitted) {
                        admitted.merge(user, 1, Integer::sum);
                    }
                    ticket.commit();
                    ticket.release(clock());
                }
            }
        }
    }

    Node[] nodes() {
        return nodes;
    }

    /** How many requests of a user were admitted since the last call. */
    int takeAdmitted(Identity user) {
        return Optional.ofNullable(admitted.remove(user)).orElse(0);
    }

    /** What the third peer does at each step. */
    @FunctionalInterface
    interface Third {
        void step(HonestPair pair);

        /** It receives what the others send. */
        default void receive(long incarnation, byte[] report) {}
    }

    /** Lets time pass. */
    void run(long nanos, Third third) {
        for (long end = now + nanos; now < end; now += STEP) {
            for (int i = 0; i < nodes.length; i++) {
                Node node = nodes[i];
                if (now >= node.dueNanos) {
                    node.dueNanos = now + INTERVAL;
                    deliver(i, node.reporter.tick(ReportContent.CHANGES, node.clock(), now / MS), third);
                } else if (node.reporter.urgentWaitNanos(node.clock()) <= 0) {
                    deliver(i, node.reporter.tickUrgent(node.clock(), now / MS), third);
                }
                node.table.expire(node.clock());
                node.load();
                if (now % SECOND == 0) {
                    node.admission.forgetIdle(node.clock());
                }
            }
            third.step(this);
        }
    }

    private void deliver(int from, List<byte[]> messages, Third third) {
        Node to = nodes[1 - from];
        for (byte[] message : messages) {
            to.table.receive(message, nodes[from].endpoint, to.clock(), now / MS);
            third.receive(nodes[from].self.incarnation(), message);
        }
    }
}

package dev.sluice.simulate.engine;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.TokenAdmission;
import dev.sluice.limits.admission.TokenCharge;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.QuotaLimits;
import dev.sluice.limits.model.QuotaName;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.sharing.HistoryOrigin;
import dev.sluice.limits.usage.LimitUsage;
import dev.sluice.simulate.scenario.Scenario;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.history.HistorySender;
import dev.sluice.sync.history.SavedUsage;
import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.Reporter;
import dev.sluice.sync.outgoing.TickSchedule;
import dev.sluice.sync.peers.PeerTable;
import dev.sluice.sync.trust.PeerBounds;
import dev.sluice.sync.wire.ClusterName;
import dev.sluice.sync.wire.LivePeers;
import dev.sluice.sync.wire.NodeIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** One run of a sidecar: the real limiter and sync code, with its own clocks. All time arguments are simulation time. */
final class SimulatedSidecar {
    static final Identity CLIENT = Identity.ofUser("client");
    private static final QuotaName QUOTA = new QuotaName("simulation", "quota");
    private static final String CLUSTER = "simulation";
    private static final long CLUSTER_HASH = ClusterName.hash(CLUSTER);
    private static final SubjectIds IDS = new SubjectIds(CLUSTER);
    private static final int SUBJECTS_MAX = 1_000;

    private final Admission admission;
    private final Reporter reporter;
    private final PeerTable peers;
    private final TickSchedule schedule;
    private final Ticket ticket = new Ticket();
    /** The node's monotonic clock minus simulation time; different on each node. */
    private final long clockNanos;

    private final long skewNanos;
    private final Dimension dimension;
    private Limit limit;
    private boolean wouldReject;

    SimulatedSidecar(
            Scenario scenario,
            String name,
            Optional<byte[]> stateFile,
            int expectedOthers,
            long skewNanos,
            SplittableRandom random,
            long nowNanos) {
        this.skewNanos = skewNanos;
        this.limit = scenario.limit();
        this.dimension = scenario.dimension();
        this.clockNanos = random.nextLong(1_000_000_000_000_000L);
        long now = nowNanos + clockNanos;
        PacingSettings pacing = new PacingSettings(scenario.intervalNanos(), random.nextLong());
        admission =
                new Admission(IDS, SUBJECTS_MAX, skewNanos - clockNanos, policy(dimension, scenario.limit()), pacing);
        stateFile.ifPresent(bytes -> SavedUsage.read(bytes, admission, CLUSTER_HASH, now, wallMillis(nowNanos)));
        NodeIdentity self = new NodeIdentity(CLUSTER_HASH, name, random.nextLong(), scenario.intervalNanos());
        peers = new PeerTable(self, admission, new PeerBounds(2 * Scenario.NODES_MAX, SUBJECTS_MAX), now);
        reporter = new Reporter(
                self,
                admission,
                () -> 0,
                () -> LivePeers.NONE,
                Optional.of(new HistorySender(admission, peers.histories())),
                peers.receipts(),
                SyncConfig.RATE_MAX,
                now);
        expect(expectedOthers, scenario.onPartition(), nowNanos);
        schedule = new TickSchedule(scenario.intervalNanos(), scenario.network().jitter(), random, now);
    }

    private static Policy policy(Dimension dimension, Limit limit) {
        if (dimension == Dimension.TOKENS) {
            Map<String, LimitSet> named = Map.of(QUOTA.subject(), LimitSet.of(dimension, limit));
            return Policy.UNLIMITED.with(new QuotaLimits(named, Map.of()));
        }
        return new Policy(
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(CLIENT.user(), LimitSet.of(dimension, limit)),
                Map.of(),
                Map.of());
    }

    /** A request whose body is transferred at once; true: admitted. */
    boolean request(long size, long nowNanos) {
        long now = nowNanos + clockNanos;
        if (dimension == Dimension.TOKENS) {
            return take(size, now);
        }
        boolean admitted = begin(ticket, nowNanos);
        wouldReject = ticket.shadowRejection() != null;
        if (admitted && dimension == Dimension.READ_BYTES) {
            ticket.download().moved(size, now);
        }
        ticket.release(now);
        return admitted;
    }

    private boolean take(long tokens, long now) {
        TokenCharge call = admission.tokens().call(1);
        return admission.tokens().add(call, 0, QUOTA, tokens, now)
                && admission.tokens().take(call, now) == TokenAdmission.Outcome.TAKEN;
    }

    /** Whether a shadow limit would have rejected the last {@link #request}. */
    boolean wouldReject() {
        return wouldReject;
    }

    /** A request whose body follows; true: admitted. */
    boolean begin(Ticket of, long nowNanos) {
        boolean admitted =
                admission.admit(CLIENT, "", OperationClass.READ, of, nowNanos + clockNanos) instanceof Verdict.Admitted;
        of.commit();
        return admitted;
    }

    /** How much of a body may be transferred now; 0: it waits for {@link Ticket#readWaitNanos}. */
    long mayMove(Ticket of, long nowNanos) {
        return of.download().mayMove(nowNanos + clockNanos);
    }

    void moved(Ticket of, long bytes, long nowNanos) {
        of.download().moved(bytes, nowNanos + clockNanos);
    }

    void end(Ticket of, long nowNanos) {
        of.release(nowNanos + clockNanos);
    }

    void change(Limit newLimit, long nowNanos) {
        limit = newLimit;
        admission.policy(policy(dimension, newLimit), nowNanos + clockNanos);
    }

    void expect(int others, OnPartition rule, long nowNanos) {
        peers.expectNodes(others, rule);
        peers.expire(nowNanos + clockNanos);
    }

    /** The regular reports, at {@link #dueNanos}. */
    List<byte[]> reports(long nowNanos) {
        long now = nowNanos + clockNanos;
        schedule.ticked(now);
        return reporter.tick(ReportContent.CHANGES, now, wallMillis(nowNanos));
    }

    /** When the next regular reports are due. */
    long dueNanos() {
        return schedule.dueNanos() - clockNanos;
    }

    /** How long until urgent reports may leave; {@link Long#MAX_VALUE}: there are none. */
    long urgentWaitNanos(long nowNanos) {
        return reporter.urgentWaitNanos(nowNanos + clockNanos);
    }

    /** The urgent reports. */
    List<byte[]> urgentReports(long nowNanos) {
        return reporter.tickUrgent(nowNanos + clockNanos, wallMillis(nowNanos));
    }

    /** What a state file of now contains. */
    byte[] stateFile(long nowNanos) {
        long now = nowNanos + clockNanos;
        return SavedUsage.write(
                admission.histories(HistoryOrigin.STATE_FILE, now), CLUSTER_HASH, now, wallMillis(nowNanos));
    }

    void onUrgentUpdate(Runnable wake) {
        reporter.onUrgentUpdate(wake);
    }

    /** A full report, as for a new subscriber. */
    List<byte[]> all(long nowNanos) {
        return reporter.tick(ReportContent.FULL_STATE, nowNanos + clockNanos, wallMillis(nowNanos));
    }

    List<byte[]> shutdownReport(long nowNanos) {
        return reporter.tick(ReportContent.FINAL, nowNanos + clockNanos, wallMillis(nowNanos));
    }

    void receive(byte[] message, int from, long nowNanos) {
        peers.receive(message, "tcp://node" + from + ":7070", nowNanos + clockNanos, wallMillis(nowNanos));
    }

    void expire(long nowNanos) {
        peers.expire(nowNanos + clockNanos);
    }

    /** How much this node may admit in this time while it receives no reports. */
    double unsynchronised(double seconds, long nowNanos) {
        long now = nowNanos + clockNanos;
        double allowance = dimension == Dimension.TOKENS
                ? admission.tokens().unsynchronisedMax(QUOTA, seconds, now)
                : admission.unsynchronisedMax(CLIENT, dimension, seconds, now);
        if (allowance >= 0) {
            return allowance;
        }
        // No request yet: the first one will find an even share of an unused limit.
        double part = 1.0 / peers.membership().known();
        double perSecond = limit.amount() * 1e9 / limit.periodNanos();
        return Math.max(limit.amount() * part, 1) + Math.max(2 * perSecond * part, 10) * seconds;
    }

    /** By how much the limit may be exceeded, as the sidecar shows it; 0 before the first request. */
    double excessBound(long nowNanos) {
        return admission.usage(1, nowNanos + clockNanos).stream()
                .mapToDouble(LimitUsage::excessBound)
                .max()
                .orElse(0);
    }

    /** What was charged to the limit here: usage of this node and remote usage. */
    long charged() {
        return dimension == Dimension.TOKENS ? admission.tokens().charged(QUOTA) : admission.charged(CLIENT, dimension);
    }

    private long wallMillis(long nowNanos) {
        return (nowNanos + skewNanos) / 1_000_000;
    }
}

package dev.sluice.limits.sharing;

import dev.sluice.limits.model.ConcurrencyLimit;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.pacing.RemoteNode;

/** One ledger on one node, a clock that the test moves, and one peer. */
final class LedgerFixture implements LedgerOwner {
    static final long SECOND = Limit.SECOND_NANOS;
    static final long INTERVAL = PacingSettings.DEFAULT.intervalNanos();

    final ClusterView cluster = new ClusterView(0, PacingSettings.DEFAULT);
    final RemoteNode peer = new RemoteNode();
    final Ledger ledger;
    long now = 5_000 * SECOND;
    int urgentUpdates;

    private LedgerFixture(Dimension dimension, Limit limit, int nodes) {
        cluster.updateMembership(new Membership(nodes, nodes, 1), now);
        peer.received(now);
        ledger = new Ledger(this, dimension, limit, cluster, now);
    }

    /** A ledger of that limit, on a node of a cluster of {@code nodes}. */
    static LedgerFixture of(Limit limit, int nodes) {
        Dimension dimension = switch (limit.unit()) {
            case OPERATIONS -> Dimension.READ_OPS;
            case BYTES -> Dimension.READ_BYTES;
            case REQUESTS -> Dimension.CONCURRENT_REQUESTS;
        };
        return new LedgerFixture(dimension, limit, nodes);
    }

    /** How many of so many requests are admitted now. */
    int admitted(int wanted) {
        int admitted = 0;
        for (int i = 0; i < wanted; i++) {
            if (ledger.tryTake(ledger.meter(), 1, now)) {
                admitted++;
                if (ledger.limit() instanceof ConcurrencyLimit) {
                    ledger.commit(1);
                }
            } else {
                ledger.countRefused();
            }
        }
        return admitted;
    }

    /** The peer reports, and then this node measures: one interval passes. */
    void interval(long peerAdmitted, double peerDemand) {
        now += INTERVAL;
        report(peerAdmitted, peerDemand);
    }

    /** The peer reports, and then this node measures. */
    void report(long peerAdmitted, double peerDemand) {
        peer.received(now);
        ledger.applyRemote(peer, peerAdmitted, peerDemand, now);
        ledger.measure(now);
    }

    @Override
    public SubjectId id() {
        return new SubjectId(1, 2);
    }

    @Override
    public Scope scope() {
        return Scope.USER;
    }

    @Override
    public String label() {
        return "alice";
    }

    @Override
    public void requestUrgentUpdate() {
        urgentUpdates++;
    }

    @Override
    public void markAdmitted() {}

    @Override
    public void touch(long nowNanos) {}
}

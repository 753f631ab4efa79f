package dev.sluice.sync.testing;

import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectId;
import dev.sluice.limits.pacing.RemoteNode;
import dev.sluice.limits.sharing.RemoteUsageSink;
import dev.sluice.limits.usage.LocalUsage;
import dev.sluice.limits.usage.UsageRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;

/** A book in memory: counts what it is told to admit, sums what it is charged. */
public class TestUsageRegistry implements UsageRegistry {
    public static final SubjectId ALICE = new SubjectId(0x1111_2222_3333_4444L, 0x5555_6666_7777_8888L);
    public static final SubjectId BOB = new SubjectId(-1, -2);

    private final Map<SubjectId, long[]> admitted = new LinkedHashMap<>();
    private final Map<SubjectId, long[]> charged = new LinkedHashMap<>();

    private final Set<SubjectId> accounts = new HashSet<>();
    private final Set<SubjectId> deferred = new HashSet<>();
    private final List<RemoteNode> peers = new ArrayList<>();
    private Membership membership = Membership.ALONE;
    private boolean failVisit;
    private boolean failVisits;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private boolean failCharge;
    private boolean isWorthAReport = true;
    private boolean needsReceipts;
    private ToDoubleFunction<SubjectId> evenShare = id -> 0;

    public synchronized void failNextVisit() {
        failVisit = true;
    }

    /** All visits fail, as if the thread were killed, until it is set to false. */
    public synchronized void failVisits(boolean fail) {
        failVisits = fail;
    }

    /** Has each visit wait from now on, until the latch is open. */
    public void holdVisits(CountDownLatch until) {
        held = until;
    }

    /** From now on it matters that each report is received. */
    public synchronized void needReceipts() {
        needsReceipts = true;
    }

    /** The peer that was received first. */
    public synchronized RemoteNode firstPeer() {
        return peers.get(0);
    }

    /** Whether any change is worth a report from now on; if not, none is. */
    public synchronized void isWorthAReport(boolean is) {
        isWorthAReport = is;
    }

    /** A node's even share of each subject's limits from now on; it decides from which change on a report is worth it. */
    public synchronized void evenShare(ToDoubleFunction<SubjectId> of) {
        evenShare = of;
    }

    public synchronized void failNextCharge() {
        failCharge = true;
    }

    /** From now on the subject has an account, though nothing was admitted. */
    public synchronized void open(SubjectId id) {
        accounts.add(id);
    }

    @Override
    public synchronized Optional<RemoteUsageSink> sink(SubjectId id, Dimension dimension) {
        return accounts.contains(id) ? Optional.of(new StaleSink()) : Optional.empty();
    }

    public synchronized void admit(SubjectId id, Dimension dimension, long amount) {
        admitted.computeIfAbsent(id, unknown -> newCounts())[dimension.ordinal()] += amount;
    }

    public synchronized void unlimit(SubjectId id, Dimension dimension) {
        admitted.get(id)[dimension.ordinal()] = -1;
    }

    public synchronized void limitAnew(SubjectId id, Dimension dimension) {
        admitted.get(id)[dimension.ordinal()] = 0;
    }

    public synchronized void remove(SubjectId id) {
        admitted.remove(id);
    }

    public synchronized long charged(SubjectId id, Dimension dimension) {
        long[] counts = charged.get(id);
        return counts == null ? 0 : counts[dimension.ordinal()];
    }

    /** The subjects that were told since the last call that a report of theirs was deferred. */
    public synchronized Set<SubjectId> takeDeferred() {
        Set<SubjectId> taken = Set.copyOf(deferred);
        deferred.clear();
        return taken;
    }

    @Override
    public synchronized RemoteNode addPeer(long ownId, long peerId) {
        RemoteNode peer = new RemoteNode(peerId);
        peers.add(peer);
        return peer;
    }

    /** How many of the peers so far are not forgotten. */
    public synchronized long rememberedPeers() {
        return peers.stream().filter(peer -> !peer.isForgotten()).count();
    }

    @Override
    public void forEachSubject(Visitor visitor) {
        measure(visitor, 0);
    }

    @Override
    public boolean hasUrgentUpdate() {
        return false;
    }

    @Override
    public long urgentNanos() {
        return 0;
    }

    @Override
    public void onUrgentUpdate(Runnable wake) {}

    @Override
    public void measureUrgent(Visitor visitor, long nowNanos) {}

    @Override
    public synchronized void updateMembership(Membership now, long nowNanos) {
        membership = now;
    }

    public synchronized Membership membership() {
        return membership;
    }

    @Override
    public void measure(Visitor visitor, long nowNanos) {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        visit(visitor);
    }

    private synchronized void visit(Visitor visitor) {
        if (failVisits) {
            throw new ThreadDeath();
        }
        if (failVisit) {
            failVisit = false;
            throw new IllegalStateException("a visit that fails");
        }
        long[] reused = newCounts();
        admitted.forEach((id, counts) -> {
            System.arraycopy(counts, 0, reused, 0, counts.length);
            visitor.visit(new Usage(id, reused, isWorthAReport ? evenShare.applyAsDouble(id) : Double.MAX_VALUE));
        });
        Arrays.fill(reused, Long.MAX_VALUE);
    }

    @Override
    public synchronized long applyRemote(
            RemoteNode from,
            SubjectId id,
            Scope scope,
            Dimension dimension,
            long amount,
            double demandPerSecond,
            long nowNanos) {
        if (failCharge) {
            failCharge = false;
            throw new IllegalStateException("a charge that fails");
        }
        if (amount < 0 && !dimension.isGauge()) {
            throw new AssertionError("charged " + amount);
        }
        charged.computeIfAbsent(id, unknown -> new long[Dimension.count()])[dimension.ordinal()] += amount;
        return 0;
    }

    /** Everything limited but list operations. */
    private static long[] newCounts() {
        long[] counts = new long[Dimension.count()];
        counts[Dimension.LIST_OPS.ordinal()] = -1;
        return counts;
    }

    /** Shows that there is an account; charges go to the registry. */
    private static final class StaleSink implements RemoteUsageSink {
        @Override
        public boolean isCurrent() {
            return false;
        }

        @Override
        public long prefetch() {
            return 0;
        }

        @Override
        public long applyRemote(RemoteNode from, long amount, double demandPerSecond, long nowNanos) {
            throw new AssertionError("not current");
        }
    }

    private final class Usage implements LocalUsage {
        private final SubjectId id;
        private final long[] counts;
        private final double share;

        Usage(SubjectId id, long[] counts, double share) {
            this.id = id;
            this.counts = counts;
            this.share = share;
        }

        @Override
        public SubjectId id() {
            return id;
        }

        @Override
        public boolean needsReceipts() {
            return needsReceipts;
        }

        @Override
        public void reportDeferred() {
            deferred.add(id);
        }

        @Override
        public Scope scope() {
            return Scope.USER;
        }

        @Override
        public long admitted(Dimension dimension) {
            return counts[dimension.ordinal()];
        }

        @Override
        public double demand(Dimension dimension) {
            return 0;
        }

        @Override
        public double evenShare(Dimension dimension) {
            return share;
        }

        @Override
        public boolean isNearLimit(Dimension dimension) {
            return false;
        }

        @Override
        public boolean isFarBelowLimit(Dimension dimension) {
            return false;
        }

        @Override
        public void countReported(Dimension dimension, long amount) {}
    }
}

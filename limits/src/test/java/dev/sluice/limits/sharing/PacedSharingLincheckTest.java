package dev.sluice.limits.sharing;

import dev.sluice.limits.ModelCheck;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.Membership;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.pacing.RemoteNode;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * The maintenance step of a paced limit and its try-lock, under many interleavings of two threads: event loops that admit,
 * and sync threads that receive reports and measure.
 */
class PacedSharingLincheckTest {
    private static final long NOW_NANOS = 1_000 * Limit.SECOND_NANOS;

    @Test
    void whatOthersReport_isChargedOnce_whoeverChargesIt() {
        ModelCheck.twoThreads()
                .actorsBefore(0)
                .actorsPerThread(1)
                .actorsAfter(1)
                .iterations(ModelCheck.iterations(3))
                .invocationsPerIteration(800)
                .sequentialSpecification(Use.class)
                .check(Received.class);
    }

    @Test
    void everyUse_isChargedOnce_whileEventLoopsMaintainToo() {
        ModelCheck.twoThreads()
                .iterations(ModelCheck.iterations(6))
                .invocationsPerIteration(40)
                .sequentialSpecification(Use.class)
                .check(Admitted.class);
    }

    private static Ledger newLedger(RemoteNode other) {
        ClusterView cluster = new ClusterView(0, PacingSettings.DEFAULT);
        cluster.updateMembership(new Membership(2, 2, 1), NOW_NANOS);
        other.received(NOW_NANOS);
        Limit limit = Limit.perSecond(100_000, MeterAlgorithm.WINDOW);
        return new Ledger(new NamelessOwner(), Dimension.READ_OPS, limit, cluster, NOW_NANOS);
    }

    /** A limit that two nodes share, while nothing is admitted here. */
    @Param(name = "amount", gen = IntGen.class, conf = "1:3")
    public static class Received {
        private final RemoteNode other = new RemoteNode();
        private final Ledger ledger = newLedger(other);

        @Operation
        public void applyRemote(@Param(name = "amount") int amount) {
            ledger.applyRemote(other, amount, 10, NOW_NANOS);
        }

        @Operation
        public long remote() {
            ledger.settle(NOW_NANOS);
            return ledger.remote();
        }
    }

    /** The same limit, far from being used up. */
    @Param(name = "amount", gen = IntGen.class, conf = "1:3")
    public static class Admitted {
        private final RemoteNode other = new RemoteNode();
        private final Ledger ledger = newLedger(other);

        @Operation
        public boolean admit() {
            return ledger.tryTake(ledger.meter(), 1, NOW_NANOS);
        }

        @Operation
        public void applyRemote(@Param(name = "amount") int amount) {
            ledger.applyRemote(other, amount, 10, NOW_NANOS);
        }

        @Operation(nonParallelGroup = "reports")
        public void measure() {
            ledger.measure(NOW_NANOS + PacingSettings.DEFAULT.intervalNanos());
        }

        @Operation
        public long used() {
            ledger.settle(NOW_NANOS);
            return ledger.meter().used(NOW_NANOS);
        }
    }

    /** What {@link Received} and {@link Admitted} are equal to. */
    public static class Use {
        private long local;
        private long remote;

        public boolean admit() {
            local++;
            return true;
        }

        public void applyRemote(int amount) {
            remote += amount;
        }

        public void measure() {}

        public long remote() {
            return remote;
        }

        public long used() {
            return local + remote;
        }
    }
}

package dev.sluice.limits.sharing;

import dev.sluice.limits.ModelCheck;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.pacing.PacingSettings;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The counts of a ledger under many interleavings of two threads. */
class UsageCountersLincheckTest {
    private static final int CEILING = 1;

    @Test
    void unitsOfAShare_areTakenOneAfterTheOther() {
        ModelCheck.twoThreads().sequentialSpecification(Units.class).check(SharedUnits.class);
    }

    @Test
    void deferredCharges_addUp() {
        ModelCheck.twoThreads().sequentialSpecification(Deferral.class).check(SharedDeferral.class);
    }

    private static UsageCounters newCounters() {
        ClusterView alone = new ClusterView(0, PacingSettings.DEFAULT);
        Limit limit = Limit.perSecond(1_000, MeterAlgorithm.WINDOW);
        return new Ledger(new NamelessOwner(), Dimension.READ_OPS, limit, alone, 0);
    }

    /** A share of one unit, which is taken, given back, and taken without regard to the share. */
    public static class SharedUnits {
        private final UsageCounters counters = newCounters();
        private final AtomicLong reported = new AtomicLong();

        @Operation
        public boolean takeBelow() {
            return counters.takeBelow(CEILING, 1);
        }

        @Operation
        public void giveBack() {
            counters.giveBack(1);
        }

        @Operation
        public void commit() {
            counters.commit(1);
        }

        /** Whether the reported count is no lower than in any report that was made before. */
        @Operation
        public boolean report() {
            long before = reported.get();
            long now = counters.neverFalling();
            reported.accumulateAndGet(now, Math::max);
            return now >= before;
        }
    }

    /** What {@link SharedUnits} is equal to. */
    public static class Units {
        private int kept;

        public boolean takeBelow() {
            boolean fits = kept < CEILING;
            kept += fits ? 1 : 0;
            return fits;
        }

        public void giveBack() {
            kept--;
        }

        public void commit() {
            kept++;
        }

        public boolean report() {
            return true;
        }
    }

    /** Two threads, whose clocks may differ, add to what has to be paid before the next request. */
    @Param(name = "nanos", gen = IntGen.class, conf = "1:3")
    public static class SharedDeferral {
        private final UsageCounters counters = newCounters();

        @Operation
        public void defer(@Param(name = "nanos") int byNanos, @Param(name = "nanos") int nowNanos) {
            counters.defer(byNanos, nowNanos);
        }

        @Operation
        public boolean isDeferred(@Param(name = "nanos") int nowNanos) {
            return counters.deferredNanos(nowNanos) > 0;
        }
    }

    /** What {@link SharedDeferral} is equal to. */
    public static class Deferral {
        private int untilNanos;

        public void defer(int byNanos, int nowNanos) {
            untilNanos = Math.max(untilNanos, nowNanos) + byNanos;
        }

        public boolean isDeferred(int nowNanos) {
            return untilNanos > nowNanos;
        }
    }
}

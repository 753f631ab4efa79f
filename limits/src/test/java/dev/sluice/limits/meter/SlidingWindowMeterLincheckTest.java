package dev.sluice.limits.meter;

import dev.sluice.limits.ModelCheck;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.MeterAlgorithm;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** The sliding window under all interleavings of two threads, within a slot and while the ring of slots moves on. */
class SlidingWindowMeterLincheckTest {
    private static final int AMOUNT = 3;
    private static final long SLOT_NANOS = Limit.SECOND_NANOS / SlidingWindowMeter.SLOTS;

    /** A moment in a slot. */
    private static long inSlot(int slot) {
        return (10_000 + slot) * SLOT_NANOS;
    }

    private static Meter newMeter() {
        return Meter.of(Limit.perSecond(AMOUNT, MeterAlgorithm.WINDOW), 0);
    }

    @Test
    void meter_actsAsOneCounter_whileTheWindowHoldsAllCharges() {
        ModelCheck.twoThreads().sequentialSpecification(Counter.class).check(OneWindow.class);
    }

    @Test
    void meter_neverForgetsACharge_whenTheWindowMovesMeanwhile() {
        ModelCheck.twoThreads().check(MovingWindow.class);
    }

    /** All operations are in slots of the same window, in any order. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    @Param(name = "cost", gen = IntGen.class, conf = "1:2")
    public static class OneWindow {
        private final Meter meter = newMeter();

        public OneWindow() {
            meter.used(inSlot(0));
        }

        @Operation
        public boolean tryCharge(@Param(name = "cost") int cost, @Param(name = "slot") int slot) {
            return meter.tryCharge(cost, inSlot(slot));
        }

        @Operation
        public void charge(@Param(name = "cost") int cost, @Param(name = "slot") int slot) {
            meter.charge(cost, inSlot(slot));
        }

        @Operation
        public boolean hasRoom(@Param(name = "cost") int cost, @Param(name = "slot") int slot) {
            return meter.hasRoom(cost, 0, inSlot(slot));
        }

        @Operation
        public long used(@Param(name = "slot") int slot) {
            return meter.used(inSlot(slot));
        }
    }

    /** What {@link OneWindow} is equal to. */
    public static class Counter {
        private long used;

        public boolean tryCharge(int cost, int slot) {
            boolean fits = hasRoom(cost, slot);
            used += fits ? cost : 0;
            return fits;
        }

        public void charge(int cost, int slot) {
            used += cost;
        }

        public boolean hasRoom(int cost, int slot) {
            return used + cost <= AMOUNT;
        }

        public long used(int slot) {
            return used;
        }
    }

    /**
     * Another slot begins while requests are admitted, refused by a later limit, and given back. A charge may count longer
     * than it should, but never shorter.
     */
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    public static class MovingWindow {
        private final Meter meter = newMeter();
        private final AtomicLong charged = new AtomicLong();
        private final AtomicLong chargedLate = new AtomicLong();

        public MovingWindow() {
            meter.used(inSlot(0));
        }

        @Operation
        public void admit(@Param(name = "slot") int slot) {
            if (meter.tryCharge(1, inSlot(slot))) {
                count(slot);
            }
        }

        @Operation
        public void admitAndGiveBack(@Param(name = "slot") int slot) {
            if (meter.tryCharge(1, inSlot(slot))) {
                meter.refund(1, inSlot(slot), inSlot(slot));
            }
        }

        @Operation
        public void chargeRemote(@Param(name = "slot") int slot) {
            meter.charge(1, inSlot(slot));
            count(slot);
        }

        private void count(int slot) {
            charged.incrementAndGet();
            chargedLate.addAndGet(slot);
        }

        @Validate
        public void noChargeLeavesTheWindowTooEarly() {
            atLeast(charged.get(), 1);
            atLeast(charged.get(), SlidingWindowMeter.SLOTS);
            atLeast(chargedLate.get(), SlidingWindowMeter.SLOTS + 1);
            if (meter.room(inSlot(SlidingWindowMeter.SLOTS + 2)) != AMOUNT) {
                throw new IllegalStateException("not empty one period later");
            }
        }

        private void atLeast(long least, int slot) {
            long used = meter.used(inSlot(slot));
            if (used < least) {
                throw new IllegalStateException(used + " used in slot " + slot + ", " + least + " charged");
            }
        }
    }
}

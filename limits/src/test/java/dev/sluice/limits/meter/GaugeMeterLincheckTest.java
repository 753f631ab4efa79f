package dev.sluice.limits.meter;

import dev.sluice.limits.ModelCheck;
import dev.sluice.limits.model.Limit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Requests in flight under many interleavings of two threads: those of this node, and what others report. */
class GaugeMeterLincheckTest {
    private static final int AMOUNT = 3;
    private static final int REMOTE = 1;

    @Test
    void requestsOfThisNode_areCountedOneAfterTheOther() {
        ModelCheck.twoThreads().sequentialSpecification(Slots.class).check(LocalRequests.class);
    }

    @Test
    void requestsOfOtherNodes_areCountedOneAfterTheOther() {
        ModelCheck.twoThreads().sequentialSpecification(RemoteSlots.class).check(RemoteRequests.class);
    }

    /** Three slots, of which another node has one. */
    @Param(name = "cost", gen = IntGen.class, conf = "1:2")
    public static class LocalRequests {
        private final Meter meter = Meter.of(Limit.concurrent(AMOUNT), 0);

        public LocalRequests() {
            meter.charge(REMOTE, 0);
        }

        @Operation
        public boolean tryCharge(@Param(name = "cost") int cost) {
            return meter.tryCharge(cost, 0);
        }

        @Operation
        public void refund() {
            meter.refund(1, 0, 0);
        }

        @Operation
        public long used() {
            return meter.used(0);
        }
    }

    /** What {@link LocalRequests} is equal to. */
    public static class Slots {
        private int used = REMOTE;

        public boolean tryCharge(int cost) {
            boolean fits = used + cost <= AMOUNT;
            used += fits ? cost : 0;
            return fits;
        }

        public void refund() {
            used--;
        }

        public long used() {
            return used;
        }
    }

    /** What other nodes have in flight rises and falls, but never below nothing. */
    @Param(name = "change", gen = IntGen.class, conf = "-2:2")
    public static class RemoteRequests {
        private final Meter meter = Meter.of(Limit.concurrent(AMOUNT), 0);

        @Operation
        public void charge(@Param(name = "change") int change) {
            meter.charge(change, 0);
        }

        @Operation
        public boolean hasRoom() {
            return meter.hasRoom(1, 0, 0);
        }

        @Operation
        public long used() {
            return meter.used(0);
        }
    }

    /** What {@link RemoteRequests} is equal to. */
    public static class RemoteSlots {
        private int used;

        public void charge(int change) {
            used = Math.max(0, used + change);
        }

        public boolean hasRoom() {
            return used < AMOUNT;
        }

        public long used() {
            return used;
        }
    }
}

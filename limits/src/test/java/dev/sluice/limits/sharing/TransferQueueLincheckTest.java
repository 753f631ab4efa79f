package dev.sluice.limits.sharing;

import dev.sluice.limits.ModelCheck;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** The line of transfers under many interleavings of two threads. */
class TransferQueueLincheckTest {
    private static final int SAVED_BYTES = 1024;

    @Test
    void places_areTakenOneAfterTheOther() {
        ModelCheck.twoThreads().sequentialSpecification(Line.class).check(SharedLine.class);
    }

    @Test
    void transfers_moveNoMoreThanFlowsIn() {
        ModelCheck.twoThreads().check(ServedLine.class);
    }

    /** A queue that has so much saved up, and into which nothing flows. */
    private static TransferQueue newQueue() {
        TransferQueue queue = new TransferQueue();
        queue.updateShare(SAVED_BYTES, 0, 0);
        queue.flowIn(0, 0, 0);
        return queue;
    }

    /** Transfers take places; bytes that nothing was reserved for take what is saved up first. */
    @Param(name = "bytes", gen = IntGen.class, conf = "1:900")
    public static class SharedLine {
        private final TransferQueue queue = newQueue();
        private final AtomicLong ever = new AtomicLong();

        @Operation
        public long reserve(@Param(name = "bytes") int bytes) {
            ever.addAndGet(bytes);
            return queue.reserve(bytes);
        }

        @Operation
        public void deferCharge(@Param(name = "bytes") int bytes) {
            ever.addAndGet(4 * SAVED_BYTES + bytes);
            queue.deferCharge(4 * SAVED_BYTES + bytes);
        }

        /** What isn't in the line is deferred. */
        @Validate
        public void everyByteIsCountedOnce() {
            long inLine = queue.reserve(0);
            queue.leave();
            // Nothing is paid, so that four mean bodies may be deferred before requests are refused.
            double deferred = Math.max(0, ever.get() - inLine - 4.0 * SAVED_BYTES + Math.min(0, inLine - SAVED_BYTES));
            double refused = queue.openSeconds(2) * (queue.waiting() > 0 ? 1 : 2);
            if (refused != deferred) {
                throw new IllegalStateException(refused + " bytes too many are deferred, not " + deferred);
            }
        }
    }

    /** What {@link SharedLine} is equal to. */
    public static class Line {
        private long reserved;

        public long reserve(int bytes) {
            long place = reserved;
            reserved += bytes;
            return place;
        }

        public void deferCharge(int bytes) {
            reserved += Math.max(0, Math.min(4 * SAVED_BYTES + bytes, SAVED_BYTES - reserved));
        }
    }

    /** Transfers move what they have reserved once they are served, or give it back, while bytes flow in. */
    public static class ServedLine {
        private static final int CHUNK_BYTES = 1024;
        private final TransferQueue queue = newQueue();
        private final AtomicLong moved = new AtomicLong();
        private final AtomicLong flowed = new AtomicLong();

        @Operation
        public void move() {
            long place = queue.reserve(CHUNK_BYTES);
            if (queue.isServed(place)) {
                moved.addAndGet(CHUNK_BYTES);
            } else {
                queue.refund(CHUNK_BYTES);
            }
            queue.leave();
        }

        @Operation(nonParallelGroup = "maintenance")
        public void flowIn() {
            flowed.addAndGet(CHUNK_BYTES);
            queue.flowIn(CHUNK_BYTES, 0, CHUNK_BYTES);
        }

        @Validate
        public void noMoreIsMovedThanFlowedIn() {
            if (moved.get() > SAVED_BYTES + flowed.get()) {
                throw new IllegalStateException(moved.get() + " bytes moved, " + flowed.get() + " flowed in");
            }
        }
    }
}

package dev.sluice.limits.meter;

import dev.sluice.limits.ModelCheck;
import dev.sluice.limits.model.Limit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** The token bucket under many interleavings of two threads, whose clocks may differ. */
class TokenBucketMeterLincheckTest {
    private static final int BURST = 3;
    private static final int DEFERRED_MAX = 4;
    private static final long TOKEN_NANOS = Limit.SECOND_NANOS / DEFERRED_MAX;

    @Test
    void bucket_actsAsIfOneThreadTookAfterTheOther() {
        ModelCheck.twoThreads().sequentialSpecification(Bucket.class).check(SharedBucket.class);
    }

    /** A bucket of three tokens, into which four a second flow. Time is counted in tokens. */
    @Param(name = "cost", gen = IntGen.class, conf = "1:2")
    @Param(name = "time", gen = IntGen.class, conf = "0:2")
    public static class SharedBucket {
        private final Meter meter = Meter.of(Limit.bucket(DEFERRED_MAX, Limit.SECOND_NANOS, BURST), 0);

        private static long nanos(int time) {
            return (1_000L + time) * TOKEN_NANOS;
        }

        @Operation
        public boolean tryCharge(@Param(name = "cost") int cost, @Param(name = "time") int time) {
            return meter.tryCharge(cost, nanos(time));
        }

        @Operation
        public void charge(@Param(name = "cost") int cost, @Param(name = "time") int time) {
            meter.charge(cost, nanos(time));
        }

        @Operation
        public void refund(@Param(name = "cost") int cost, @Param(name = "time") int time) {
            meter.refund(cost, nanos(time), nanos(time));
        }

        @Operation
        public long used(@Param(name = "time") int time) {
            return meter.used(nanos(time));
        }
    }

    /** The same, by the time at which the bucket is full again. */
    public static class Bucket {
        private int fullAt = Integer.MIN_VALUE / 2;

        public boolean tryCharge(int cost, int time) {
            int next = Math.max(fullAt, time) + cost;
            boolean fits = next - time <= BURST;
            fullAt = fits ? next : fullAt;
            return fits;
        }

        public void charge(int cost, int time) {
            int next = Math.min(Math.max(fullAt, time) + cost, time + BURST + DEFERRED_MAX);
            fullAt = Math.max(fullAt, next);
        }

        public void refund(int cost, int time) {
            fullAt -= cost;
        }

        public long used(int time) {
            return Math.max(0, fullAt - time);
        }
    }
}

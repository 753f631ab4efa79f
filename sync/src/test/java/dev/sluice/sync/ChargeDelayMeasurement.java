package dev.sluice.sync;

import dev.sluice.limits.model.Dimension;
import dev.sluice.sync.peers.ChargeDelays;
import dev.sluice.sync.testing.TestUsageRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A {@code main} that prints how long after its admission on one node an operation is charged on another: as the sidecar
 * counts it, and as it truly was. Two nodes in one JVM over real sockets without keys. Arguments: interval in ms, seconds.
 */
final class ChargeDelayMeasurement {
    private static final double NANOS_PER_MILLI = 1e6;

    private ChargeDelayMeasurement() {}

    public static void main(String[] args) throws Exception {
        long intervalNanos = Long.parseLong(args[0]) * 1_000_000;
        long seconds = Long.parseLong(args[1]);
        BusFixture fixture = new BusFixture(intervalNanos);
        TestUsageRegistry bookA = new TestUsageRegistry();
        TestUsageRegistry bookB = new TestUsageRegistry();
        Bus a = fixture.startWithoutKeys("a", bookA);
        Bus b = fixture.startWithoutKeys("b", bookB, a.endpoint());
        BusFixture.eventually().until(() -> BusFixture.receives(b, "a"));
        Queue<Long> admittedAt = new ConcurrentLinkedQueue<>();
        Queue<Long> took = new ConcurrentLinkedQueue<>();
        bookB.whenCharged(amount -> {
            for (long i = 0; i < amount; i++) {
                took.add(System.nanoTime() - admittedAt.remove());
            }
        });
        SplittableRandom random = new SplittableRandom(1);
        long endNanos = System.nanoTime() + seconds * 1_000_000_000;
        while (System.nanoTime() < endNanos) {
            LockSupport.parkNanos(random.nextLong(2_000_000));
            admittedAt.add(System.nanoTime());
            bookA.admit(TestUsageRegistry.ALICE, Dimension.READ_OPS, 1);
        }
        BusFixture.eventually()
                .until(() ->
                        admittedAt.isEmpty() && b.stats().received().chargeDelays().count() == took.size());
        ChargeDelays shown = b.stats().received().chargeDelays();
        long[] truth = took.stream().mapToLong(nanos -> nanos).sorted().toArray();
        System.out.printf(Locale.ROOT, "%d operations, %d unknown%n", shown.count(), shown.unknown());
        for (double part : new double[] {0.5, 0.9, 0.99, 1}) {
            System.out.printf(
                    Locale.ROOT,
                    "%.0f %%: shown %.1f ms, true %.1f ms%n",
                    100 * part,
                    shown.quantileNanos(part) / NANOS_PER_MILLI,
                    truth[(int) (part * (truth.length - 1))] / NANOS_PER_MILLI);
        }
        System.out.printf(
                Locale.ROOT,
                "mean: shown %.1f ms, true %.1f ms%n",
                shown.sumNanos() / shown.count() / NANOS_PER_MILLI,
                Arrays.stream(truth).average().orElse(0) / NANOS_PER_MILLI);
        System.exit(0);
    }
}

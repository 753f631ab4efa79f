package dev.sluice.benchmarks.bus;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Dimension;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.Limit;
import dev.sluice.limits.model.LimitSet;
import dev.sluice.limits.model.MeterAlgorithm;
import dev.sluice.limits.model.OnPartition;
import dev.sluice.limits.model.OperationClass;
import dev.sluice.limits.model.Policy;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.limits.pacing.PacingSettings;
import dev.sluice.limits.usage.UsageRegistry;
import dev.sluice.sync.Bus;
import dev.sluice.sync.config.SyncClocks;
import dev.sluice.sync.config.SyncConfig;
import dev.sluice.sync.peers.ChargeDelays;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after its admission on one sidecar an operation is charged on another: by the histogram of the sidecar, and
 * timed from outside. Two limiters and buses in this JVM, over real sockets without keys.
 */
public final class ChargeDelayRun {
    private static final Identity USER = Identity.ofUser("user");
    /** Requests come a millisecond apart on average, at a third of the limit. */
    private static final int LIMIT_PER_SECOND = 3_000;

    private static final int ACCOUNTS_MAX = 100;
    private static final long GAP_NANOS_MAX = 2_000_000;
    private static final int SETTLE_INTERVALS = 100;

    private final Admission near;
    private final ChargeObserver far;
    /** Admission times of operations that are not charged yet. */
    private final Queue<Long> admittedNanos = new ConcurrentLinkedQueue<>();

    private final Queue<Long> timedNanos = new ConcurrentLinkedQueue<>();
    private final Ticket ticket = new Ticket();

    /**
     * The two distributions.
     *
     * @param shown the histogram of the sidecar that charges
     * @param timedNanos of each operation, ascending
     */
    public record ChargeDelayResult(ChargeDelays shown, List<Long> timedNanos) {
        public ChargeDelayResult {
            timedNanos = List.copyOf(timedNanos);
        }

        /** The delay of this part of the operations at most, 0 to 1. */
        public long timedQuantileNanos(double part) {
            return timedNanos.isEmpty() ? 0 : timedNanos.get((int) (part * (timedNanos.size() - 1)));
        }
    }

    private ChargeDelayRun(long intervalNanos) {
        near = admission(intervalNanos, 1);
        far = new ChargeObserver(admission(intervalNanos, 2), this::charged);
    }

    /** Admits requests for some seconds, then waits until all of them are charged. */
    public static ChargeDelayResult run(long intervalNanos, int seconds) throws IOException, InterruptedException {
        ChargeDelayRun run = new ChargeDelayRun(intervalNanos);
        try (Bus sender = bus("near", intervalNanos, List.of(), run.near);
                Bus receiver = bus("far", intervalNanos, List.of(sender.endpoint()), run.far)) {
            sender.setPeers(List.of(receiver.endpoint()));
            while (receiver.peers().isEmpty()) {
                Thread.sleep(10);
            }
            Thread.sleep(TimeUnit.NANOSECONDS.toMillis(10 * intervalNanos));
            run.admitFor(seconds);
            for (int i = 0; i < SETTLE_INTERVALS && !run.admittedNanos.isEmpty(); i++) {
                Thread.sleep(TimeUnit.NANOSECONDS.toMillis(intervalNanos));
            }
            List<Long> timed = new ArrayList<>(run.timedNanos);
            Collections.sort(timed);
            return new ChargeDelayResult(receiver.stats().received().chargeDelays(), timed);
        }
    }

    private void admitFor(int seconds) {
        SplittableRandom random = new SplittableRandom(1);
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = System.nanoTime(); now < endNanos; now = System.nanoTime()) {
            // Noted first: the publisher may report an operation at once.
            admittedNanos.add(now);
            Verdict verdict = near.admit(USER, "", OperationClass.READ, ticket, now);
            ticket.commit();
            ticket.release(now);
            if (!(verdict instanceof Verdict.Admitted)) {
                throw new IllegalStateException("rejected below the limit");
            }
            LockSupport.parkNanos(random.nextLong(GAP_NANOS_MAX));
        }
    }

    /** Called by the thread that receives. */
    private void charged(long amount) {
        long now = System.nanoTime();
        for (long i = 0; i < amount; i++) {
            Long admitted = admittedNanos.poll();
            if (admitted != null) {
                timedNanos.add(now - admitted);
            }
        }
    }

    private static Admission admission(long intervalNanos, long seed) {
        Policy policy = new Policy(
                LimitSet.of(Dimension.READ_OPS, Limit.perSecond(LIMIT_PER_SECOND, MeterAlgorithm.WINDOW)),
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                LimitSet.UNLIMITED,
                Map.of(),
                Map.of(),
                Map.of());
        return new Admission(
                new SubjectIds(BusCase.CLUSTER), ACCOUNTS_MAX, 0, policy, new PacingSettings(intervalNanos, seed));
    }

    private static Bus bus(String name, long intervalNanos, List<String> peers, UsageRegistry limiter)
            throws IOException {
        SyncConfig config = new SyncConfig(
                name, "tcp://127.0.0.1:0", BusCase.CLUSTER, intervalNanos, peers, OnPartition.AUTO, Optional.empty());
        long incarnation = ThreadLocalRandom.current().nextLong();
        return Bus.start(config, limiter, incarnation, SyncClocks.system(), new SplittableRandom(incarnation));
    }
}

package dev.sluice.benchmarks.bus;

import dev.sluice.limits.admission.Admission;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.limits.admission.Verdict;
import dev.sluice.limits.model.Identity;
import dev.sluice.limits.model.OperationClass;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands for an event loop: admits requests of all users, one user after the other, at a steady rate, and times each. Every
 * request goes to two limiters, one with sync and one without, each first equally often, so that noise of the machine
 * affects both. The limiter without sync measures demands too, on another thread, and reports nothing. They swap
 * half-way, because the memory layout of two equal limiters makes a difference as large as the measured one.
 */
final class AdmissionLoop implements Runnable {
    private static final long SLICE_NANOS = 1_000_000L;

    private final List<Admission> limiters;
    private final List<Identity> users;
    private final LatencyHistogram exchangingTimes = new LatencyHistogram();
    private final LatencyHistogram aloneTimes = new LatencyHistogram();
    private final LatencyHistogram warmUpTimes = new LatencyHistogram();
    private final Ticket ticket = new Ticket();

    /** Index of the limiter with sync. */
    private volatile int exchanging;

    private volatile boolean isMeasured;
    private volatile boolean stopped;
    private volatile long rejected;

    /**
     * Creates the loop.
     *
     * @param limiters two; the first one has sync until {@link #exchanges}
     */
    AdmissionLoop(List<Admission> limiters, BusCase load) {
        this.limiters = limiters;
        this.users = load.users()
                .mapToObj(user -> Identity.ofUser(BusCase.user(user)))
                .toList();
    }

    @Override
    public void run() {
        long startNanos = System.nanoTime();
        double perNano = (double) BusCase.REQUESTS * users.size() / BusCase.INTERVAL_NANOS;
        long done = 0;
        long rejections = 0;
        boolean aloneFirst = false;
        while (!stopped) {
            Admission one = limiters.get(exchanging);
            Admission alone = limiters.get(1 - exchanging);
            LatencyHistogram oneTimes = isMeasured ? exchangingTimes : warmUpTimes;
            LatencyHistogram itsTimes = isMeasured ? aloneTimes : warmUpTimes;
            long due = (long) ((System.nanoTime() - startNanos) * perNano);
            for (; done < due; done++) {
                Identity identity = users.get((int) (done % users.size()));
                if (aloneFirst) {
                    timed(alone, identity, itsTimes);
                }
                rejections += timed(one, identity, oneTimes) == Verdict.ADMITTED ? 0 : 1;
                if (!aloneFirst) {
                    timed(alone, identity, itsTimes);
                }
                aloneFirst = !aloneFirst;
            }
            rejected = rejections;
            LockSupport.parkNanos(SLICE_NANOS);
        }
    }

    private Verdict timed(Admission admission, Identity identity, LatencyHistogram times) {
        long before = System.nanoTime();
        Verdict verdict = admission.admit(identity, "", OperationClass.READ, ticket, before);
        long took = System.nanoTime() - before;
        ticket.commit();
        ticket.release(before + took);
        times.add(took);
        return verdict;
    }

    /** Runs on its own thread: measures demands as the publisher does for the limiter with sync. */
    void measureAlone() {
        while (!stopped) {
            limiters.get(1 - exchanging).measure(usage -> {}, System.nanoTime());
            LockSupport.parkNanos(BusCase.INTERVAL_NANOS);
        }
    }

    void stop() {
        stopped = true;
    }

    /** Rejections by the limiter with sync. */
    long rejected() {
        return rejected;
    }

    LatencyHistogram exchangingTimes() {
        return exchangingTimes;
    }

    LatencyHistogram aloneTimes() {
        return aloneTimes;
    }

    /** Sets the limiter with sync. */
    void exchanges(int limiter) {
        exchanging = limiter;
    }

    /** Sets whether times are kept. */
    void measure(boolean measure) {
        isMeasured = measure;
    }
}

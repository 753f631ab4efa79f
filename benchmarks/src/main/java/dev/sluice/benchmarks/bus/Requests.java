package dev.sluice.benchmarks.bus;

import dev.sluice.limits.Admission;
import dev.sluice.limits.Identity;
import dev.sluice.limits.OperationClass;
import dev.sluice.limits.Ticket;
import dev.sluice.limits.Verdict;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** A thread in the place of an event loop: admits requests of all users in turn, evenly in time, and times each. */
final class Requests implements Runnable {
    private static final int NANOS_MAX = 100_000;
    private static final long SLICE_NANOS = 1_000_000L;

    private final Admission admission;
    private final List<Identity> users;
    /** By nanoseconds; the last for all that took longer. */
    private final AtomicLongArray times = new AtomicLongArray(NANOS_MAX + 1);

    private volatile boolean stopped;
    private volatile long rejected;

    Requests(Admission admission, BusCase load) {
        this.admission = admission;
        this.users = load.users()
                .mapToObj(user -> Identity.ofUser(BusCase.user(user)))
                .toList();
    }

    @Override
    public void run() {
        Ticket ticket = new Ticket();
        long rejections = 0;
        long startNanos = System.nanoTime();
        double perNano = (double) BusCase.REQUESTS * users.size() / BusCase.INTERVAL_NANOS;
        long done = 0;
        while (!stopped) {
            long due = (long) ((System.nanoTime() - startNanos) * perNano);
            for (; done < due; done++) {
                Identity who = users.get((int) (done % users.size()));
                long before = System.nanoTime();
                Verdict verdict = admission.admit(who, "", OperationClass.READ, ticket, before);
                long took = System.nanoTime() - before;
                ticket.commit();
                ticket.release(before + took);
                times.lazySet((int) Math.min(took, NANOS_MAX), times.get((int) Math.min(took, NANOS_MAX)) + 1);
                rejections += verdict == Verdict.ADMITTED ? 0 : 1;
            }
            rejected = rejections;
            LockSupport.parkNanos(SLICE_NANOS);
        }
    }

    void stop() {
        stopped = true;
    }

    long rejected() {
        return rejected;
    }

    void forgetTimes() {
        for (int i = 0; i <= NANOS_MAX; i++) {
            times.set(i, 0);
        }
    }

    /** What so much of all admissions took at most, in ns. */
    long quantileNanos(double part) {
        long all = 0;
        for (int i = 0; i <= NANOS_MAX; i++) {
            all += times.get(i);
        }
        long left = (long) (part * all);
        for (int i = 0; i <= NANOS_MAX; i++) {
            left -= times.get(i);
            if (left < 0) {
                return i;
            }
        }
        return NANOS_MAX;
    }
}

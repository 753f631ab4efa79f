package dev.sluice.sync.relay;

import dev.sluice.sync.outgoing.ReportContent;
import dev.sluice.sync.outgoing.ReportSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The reports of others on their way through a relay. The subscriber thread adds them, the publisher thread sends
 * them in the same order. Reports that don't fit are dropped, as ZeroMQ does; the next report of their sender has
 * the same counts.
 */
public final class RelayQueue implements ReportSource {
    /** Several reports of each of a thousand senders fit, unless all are large. */
    public static final long BYTES_MAX = 8L << 20;

    private final ConcurrentLinkedQueue<byte[]> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile Runnable wake = () -> {};

    /** Adds a report; one thread. */
    public void add(byte[] report) {
        if (queuedBytes.get() + report.length > BYTES_MAX) {
            dropped.incrementAndGet();
            return;
        }
        boolean wasEmpty = queuedBytes.getAndAdd(report.length) == 0;
        queue.add(report);
        if (wasEmpty) {
            wake.run();
        }
    }

    @Override
    public List<byte[]> tick(ReportContent content, long nowNanos, long wallMillis) {
        return tickUrgent(nowNanos, wallMillis);
    }

    @Override
    public long urgentWaitNanos(long nowNanos) {
        return queuedBytes.get() != 0 ? 0 : Long.MAX_VALUE;
    }

    @Override
    public void onUrgentUpdate(Runnable newWake) {
        wake = newWake;
    }

    @Override
    public List<byte[]> tickUrgent(long nowNanos, long wallMillis) {
        List<byte[]> reports = new ArrayList<>();
        for (byte[] report = queue.poll(); report != null; report = queue.poll()) {
            queuedBytes.addAndGet(-report.length);
            reports.add(report);
        }
        return reports;
    }

    @Override
    public int subjects() {
        return 0;
    }

    @Override
    public long deferred() {
        return dropped.get();
    }
}

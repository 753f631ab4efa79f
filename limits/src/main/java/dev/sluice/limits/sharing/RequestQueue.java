package dev.sluice.limits.sharing;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The requests that wait on this node for room in one limit, in the order of their arrival, whatever event loops they are
 * on. While one waits, no newcomer gets room before it.
 *
 * <p>Nobody's turn is computed in advance. Whoever serves the queue tries to admit the first request just as a newcomer
 * would be, and goes on until one finds no room. So waiting changes who gets room, and never how much is admitted.
 *
 * <p>The queue is served when a request enters, when a request is about to give up, when a slot of a limit on requests in
 * flight becomes free, when the limits change, and at the time at which the limit is expected to have room; while that is
 * far away, every {@value #POLL_NANOS_MAX} ns, because other nodes may leave room, too. Where admission is probabilistic,
 * each request that waits has one draw in a draw interval, and one more when it enters. One thread serves at a time, and
 * nobody waits for it: a thread that comes meanwhile makes it look again.
 *
 * <p>Thread-safe, and nothing blocks.
 */
public final class RequestQueue {
    private static final long POLL_NANOS_MIN = 1_000_000L;
    private static final long POLL_NANOS_MAX = 50_000_000L;
    /** So many are admitted in one go; the event loop has other things to do. */
    private static final int SERVED_AT_ONCE_MAX = 256;

    private final Ledger ledger;
    private final long drawNanos;
    private final ConcurrentSkipListMap<Long, QueuedRequest> requests = new ConcurrentSkipListMap<>();
    /** Those in the map, and those that are about to enter. */
    private final AtomicInteger size = new AtomicInteger();
    /** How often the queue is to be served; above 0 a thread does. */
    private final AtomicInteger calls = new AtomicInteger();

    /** How many draws are left since {@link #drawsFromNanos}. These three belong to whoever serves. */
    private int drawsLeft;

    private long drawsFromNanos;
    /** Whether chance was against a request since then. */
    private boolean isDrawn;

    private final AtomicBoolean isScheduled = new AtomicBoolean();

    private final AtomicLong entered = new AtomicLong();
    private final AtomicLong waitedNanos = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();

    /** @param drawNanos how far apart the draws of a request are where admission is probabilistic */
    RequestQueue(Ledger ledger, long drawNanos) {
        this.ledger = ledger;
        this.drawNanos = drawNanos;
    }

    /** The limit that they wait for. */
    public Ledger ledger() {
        return ledger;
    }

    // ---- entering and leaving ----

    /** Takes a place for a request that will {@link #enter}, unless so many wait already. */
    public boolean reserve(int sizeMax) {
        if (size.incrementAndGet() > sizeMax) {
            size.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes a place however many wait: for a request that waited for another limit of this node so far. */
    public void reserve() {
        size.incrementAndGet();
    }

    /** Gives back a place that {@link #reserve} took. */
    public void cancelReservation() {
        size.decrementAndGet();
    }

    /** Puts a request in its place, which was reserved. {@link #serve} or {@link #scheduleSoon} is to follow. */
    public void enter(QueuedRequest request) {
        entered.getAndIncrement();
        requests.put(request.sequence(), request);
    }

    /** Takes a request out, wherever it stands; does nothing if it isn't there. */
    public void remove(QueuedRequest request) {
        if (requests.remove(request.sequence(), request)) {
            size.decrementAndGet();
        }
    }

    /** How many wait. */
    public int size() {
        return Math.max(0, size.get());
    }

    /** Whether a request waits that came before. */
    boolean isBefore(long sequence) {
        Map.Entry<Long, QueuedRequest> first = requests.firstEntry();
        return first != null && first.getKey() < sequence;
    }

    // ---- serving ----

    /** Admits those that there is room for. */
    public void serve(long nowNanos) {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        long delayNanos = POLL_NANOS_MAX;
        try {
            while (seen != 0) {
                delayNanos = admit(nowNanos);
                seen = calls.addAndGet(-seen);
            }
        } finally {
            if (seen != 0) {
                // Something threw; the next one must be able to serve.
                calls.set(0);
            }
        }
        if (!requests.isEmpty()) {
            schedule(delayNanos);
        }
    }

    /** Returns how long to wait before the rest is served. */
    private long admit(long nowNanos) {
        renewDraws(nowNanos);
        for (int i = 0; i < SERVED_AT_ONCE_MAX; i++) {
            Map.Entry<Long, QueuedRequest> first = requests.firstEntry();
            if (first == null) {
                return POLL_NANOS_MAX;
            }
            QueuedRequest request = first.getValue();
            drawsLeft--;
            switch (request.attempt(nowNanos)) {
                case OVER -> remove(request);
                case NO_ROOM -> {
                    return Math.max(POLL_NANOS_MIN, Math.min(ledger.waitNanos(nowNanos), POLL_NANOS_MAX));
                }
                case UNLUCKY -> isDrawn = true;
            }
            if (isDrawn && drawsLeft <= 0) {
                return Math.max(POLL_NANOS_MIN, drawsFromNanos + drawNanos - nowNanos);
            }
        }
        return POLL_NANOS_MIN;
    }

    /** In each draw interval each request that waits has one draw, as if it had come again. */
    private void renewDraws(long nowNanos) {
        // The clocks of event loops differ a little.
        if (Math.abs(nowNanos - drawsFromNanos) >= drawNanos) {
            drawsFromNanos = nowNanos;
            drawsLeft = size();
            isDrawn = false;
        }
        drawsLeft = Math.min(drawsLeft, size());
    }

    /** Serves the queue soon, and not now: for callers that are serving another one. */
    public void scheduleSoon() {
        schedule(POLL_NANOS_MIN);
    }

    private void schedule(long delayNanos) {
        Map.Entry<Long, QueuedRequest> first = requests.firstEntry();
        if (first == null || !isScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            first.getValue().schedule(delayNanos, nowNanos -> {
                isScheduled.set(false);
                serve(nowNanos);
            });
        } catch (RejectedExecutionException e) {
            // The process is about to end, and so is the connection of that request.
            isScheduled.set(false);
        }
    }

    // ---- counts ----

    /** A request has waited here so long. */
    public void countWaited(long nanos) {
        waitedNanos.getAndAdd(nanos);
    }

    /** A request was rejected that had waited here. */
    public void countRejected() {
        rejected.getAndIncrement();
    }

    /** How many requests began to wait here. */
    public long entered() {
        return entered.get();
    }

    /** How long all of them waited here that wait no more. */
    public long waitedNanos() {
        return waitedNanos.get();
    }

    /** How many were rejected that had waited here. */
    public long rejected() {
        return rejected.get();
    }
}

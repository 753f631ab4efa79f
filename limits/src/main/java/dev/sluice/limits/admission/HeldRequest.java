package dev.sluice.limits.admission;

import dev.sluice.limits.sharing.QueuedRequest;
import dev.sluice.limits.sharing.RequestQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for room in a limit. It has a place in the queue of one limit at a time; nothing is charged for it
 * meanwhile.
 *
 * <p>It is tried again as a newcomer would be, with the limits as they are then, by whatever thread serves the queue, and
 * with a ticket of its own: the connection's belongs to the connection's thread, whose client may leave at any moment. What
 * an attempt decides is handed over to that thread by {@link HoldingThread#execute}.
 *
 * <pre>
 *   WAITING &lt;--attempt--> TRYING --decided--> DECIDED --conclude--> OVER
 *      |                    |                                       ^
 *      |                    +--leave--> LEAVING --attempt ends------+
 *      +--leave-----------------------------------------------------+
 * </pre>
 *
 * <p>{@link #begin}, {@link #leave} and {@link #conclude} belong to the connection's thread. One of the latter two must
 * follow.
 */
public final class HeldRequest implements QueuedRequest {
    /** When another thread is just about to decide, the deadline is that much later. */
    private static final long RETRY_NANOS = 1_000_000L;

    private enum HoldState {
        WAITING,
        TRYING,
        /** The client left during an attempt, which cleans up. */
        LEAVING,
        /** The connection is about to receive the verdict. */
        DECIDED,
        OVER
    }

    private final Admission admission;
    private final RequestSubjects.Selection subjects;
    private final long sequence;
    private final long heldSinceNanos;
    private final Ticket ticket = new Ticket();
    private final AtomicReference<HoldState> state = new AtomicReference<>(HoldState.WAITING);
    private volatile RequestQueue queue;
    private volatile long queuedNanos;
    private volatile long deadlineNanos;
    /** Belongs to the connection's thread. */
    private boolean isRefused;

    private @Nullable HoldingThread thread;
    private @Nullable Runnable onDecided;
    private @Nullable Future<?> deadline;
    /** Written before the state is DECIDED. */
    private Verdict verdict = Verdict.ADMITTED;

    /**
     * Before its wait.
     *
     * @param subjects finds its limits
     * @param queue in which a place is reserved for it
     */
    HeldRequest(
            Admission admission, RequestSubjects.Selection subjects, RequestQueue queue, long sequence, long nowNanos) {
        this.admission = admission;
        this.subjects = subjects;
        this.queue = queue;
        this.sequence = sequence;
        this.heldSinceNanos = nowNanos;
        this.queuedNanos = nowNanos;
        this.deadlineNanos = nowNanos + Holding.longestWaitNanos(queue.ledger().limit());
    }

    // ---- for the connection ----

    /**
     * Takes the place in the queue.
     *
     * @param onDecision runs on the thread once it is the request's turn, or too late; {@link #conclude} is to follow
     */
    public void begin(HoldingThread onThread, Runnable onDecision, long nowNanos) {
        thread = onThread;
        onDecided = onDecision;
        deadline = onThread.schedule(deadlineNanos - nowNanos, this::expire);
        queue.enter(this);
        queue.serve(nowNanos);
    }

    /** Ends the wait once it is decided. The ticket gets what an admitted request was charged; it must be empty. */
    public Verdict conclude(Ticket into) {
        if (!state.compareAndSet(HoldState.DECIDED, HoldState.OVER)) {
            throw new IllegalStateException("nothing is decided yet: " + state.get());
        }
        cancelDeadline();
        into.takeOver(ticket);
        return verdict;
    }

    /** The client has left, or no longer waits. Does nothing where the wait has ended. */
    public void leave(long nowNanos) {
        cancelDeadline();
        while (true) {
            if (state.compareAndSet(HoldState.WAITING, HoldState.OVER)) {
                if (thread == null) {
                    queue.cancelReservation();
                } else {
                    queue.remove(this);
                }
                countLeft(nowNanos);
                return;
            }
            if (state.compareAndSet(HoldState.DECIDED, HoldState.OVER)) {
                ticket.release(nowNanos);
                return;
            }
            if (state.compareAndSet(HoldState.TRYING, HoldState.LEAVING) || state.get() == HoldState.OVER) {
                return;
            }
        }
    }

    /** Ends the wait now: the request is rejected, unless another thread is just about to admit it. */
    public void refuse(long nowNanos) {
        isRefused = true;
        deadlineNanos = nowNanos;
        expire(nowNanos);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** The longest wait is over. A last attempt comes first: perhaps the queue was just not served in time. */
    private void expire(long nowNanos) {
        if (nowNanos - deadlineNanos < 0) {
            return;
        }
        if (!isRefused) {
            queue.serve(nowNanos);
        }
        if (state.compareAndSet(HoldState.WAITING, HoldState.TRYING)) {
            decide(admission.rejectLate(queue, nowNanos), nowNanos);
            queue.remove(this);
        } else if (state.get() == HoldState.TRYING && thread != null) {
            deadline = thread.schedule(RETRY_NANOS, this::expire);
        }
    }

    // ---- for whoever serves the queue ----

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public void schedule(long delayNanos, TimedTask task) {
        if (thread == null) {
            throw new IllegalStateException("it hasn't begun");
        }
        thread.schedule(delayNanos, task);
    }

    @Override
    public AttemptResult attempt(long nowNanos) {
        if (!state.compareAndSet(HoldState.WAITING, HoldState.TRYING)) {
            return AttemptResult.OVER;
        }
        try {
            subjects.consider(ticket, nowNanos);
            return admission.attempt(this, ticket, nowNanos);
        } catch (RuntimeException | Error e) {
            HoldState now = state.get();
            if (now == HoldState.TRYING || now == HoldState.LEAVING) {
                ticket.release(nowNanos);
                decide(admission.rejectLate(queue, nowNanos), nowNanos);
            }
            report(e);
            return AttemptResult.OVER;
        }
    }

    /** Throws it on the request's own thread, which logs it: who serves the queue is in no way concerned. */
    private void report(Throwable failure) {
        HoldingThread on = thread;
        if (on != null) {
            try {
                on.execute(() -> {
                    throw new IllegalStateException("a request that waited could not be tried again", failure);
                });
            } catch (RejectedExecutionException e) {
                // The process is about to end.
            }
        }
    }

    /** The limit that it waits for. */
    RequestQueue queue() {
        return queue;
    }

    /** The end of an attempt: the limit has no room, and it goes on waiting. */
    AttemptResult stay(AttemptResult result, long nowNanos) {
        if (state.compareAndSet(HoldState.TRYING, HoldState.WAITING)) {
            return result;
        }
        state.set(HoldState.OVER);
        countLeft(nowNanos);
        return AttemptResult.OVER;
    }

    /** The end of an attempt: it waits for another limit from now on, at its old place. */
    AttemptResult move(RequestQueue to, long nowNanos) {
        queue.countWaited(nowNanos - queuedNanos);
        queue.remove(this);
        to.reserve();
        queue = to;
        queuedNanos = nowNanos;
        long latest = heldSinceNanos + Holding.longestWaitNanos(to.ledger().limit());
        HoldingThread on = thread;
        if (latest - deadlineNanos < 0 && on != null) {
            deadlineNanos = latest;
            try {
                on.schedule(latest - nowNanos, this::expire);
            } catch (RejectedExecutionException e) {
                // The process is about to end.
            }
        }
        if (stay(AttemptResult.NO_ROOM, nowNanos) == AttemptResult.OVER) {
            to.cancelReservation();
            return AttemptResult.OVER;
        }
        to.enter(this);
        to.scheduleSoon();
        return AttemptResult.OVER;
    }

    /** The end of an attempt: its ticket was charged. */
    AttemptResult admit(Ticket charged, long nowNanos) {
        subjects.admitted(charged, nowNanos);
        return decide(Verdict.ADMITTED, nowNanos);
    }

    /** The end of an attempt: it is admitted or rejected. */
    AttemptResult decide(Verdict how, long nowNanos) {
        verdict = how;
        long waited = nowNanos - heldSinceNanos;
        queue.countWaited(nowNanos - queuedNanos);
        if (!state.compareAndSet(HoldState.TRYING, HoldState.DECIDED)) {
            ticket.release(nowNanos);
            state.set(HoldState.OVER);
            admission.holding().countLeft(waited);
            return AttemptResult.OVER;
        }
        if (how instanceof Verdict.Rejected) {
            queue.countRejected();
            admission.holding().countRejected(waited);
        } else {
            admission.holding().countAdmitted(waited);
        }
        if (thread != null && onDecided != null) {
            try {
                thread.execute(onDecided);
            } catch (RejectedExecutionException e) {
                // The thread has ended, and its connections with it: nobody takes what was charged.
                if (state.compareAndSet(HoldState.DECIDED, HoldState.OVER)) {
                    ticket.release(nowNanos);
                }
            }
        }
        return AttemptResult.OVER;
    }

    private void countLeft(long nowNanos) {
        queue.countWaited(nowNanos - queuedNanos);
        admission.holding().countLeft(nowNanos - heldSinceNanos);
    }
}

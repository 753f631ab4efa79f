package dev.sluice.sync.outgoing;

import java.util.List;

/** What a publisher sends. Owned by its thread, but for {@link #hasUrgentUpdate} and what that wakes. */
public interface ReportSource {
    /** The reports to send now, in order. */
    List<byte[]> tick(ReportContent content, long nowNanos, long wallMillis);

    /** Whether {@link #tickUrgent} has something to send before the next tick. Any thread. */
    boolean hasUrgentUpdate();

    /** Sets who is called, by any thread, when there is something that can't wait for the next tick. */
    void onUrgentUpdate(Runnable wake);

    /** The reports of what can't wait; may be none. */
    List<byte[]> tickUrgent(long nowNanos, long wallMillis);

    /** Of how many subjects they tell. */
    int subjects();

    /** How often something was put off to a later tick, or dropped, for want of room. */
    long deferred();
}

package dev.sluice.sync.outgoing;

import java.util.List;

/**
 * Where the publisher gets its messages. Owned by the publisher thread, but for the
 * callback of {@link #onUrgentUpdate}.
 */
public interface ReportSource {
    /** The reports to send now, in order. */
    List<byte[]> tick(ReportContent content, long nowNanos, long wallMillis);

    /**
     * How long until {@link #tickUrgent} may send something before the next tick; 0: now, {@link Long#MAX_VALUE}: there is
     * nothing to send.
     */
    long urgentWaitNanos(long nowNanos);

    /** Sets the callback for urgent updates. Any thread may call it. */
    void onUrgentUpdate(Runnable wake);

    /** The reports that can't wait for the next tick; may be empty. */
    List<byte[]> tickUrgent(long nowNanos, long wallMillis);

    /** The number of subjects that it reports. */
    int subjects();

    /** How many entries or messages did not fit and were deferred or dropped. */
    long deferred();
}

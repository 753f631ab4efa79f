package dev.sluice.proxy.loop;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long the requests of one event loop took, and what the gateway responded. Requests that came whole with one read, and
 * whose response did, are counted apart: their times don't depend on how fast a client sends or reads. The loop writes, any
 * thread reads.
 */
public final class LoopTimes {
    static final int STATUS_MIN = 100;
    static final int STATUS_MAX = 599;

    final DurationCounts smallRequests = new DurationCounts();
    final DurationCounts smallAtUpstream = new DurationCounts();
    final DurationCounts smallAdded = new DurationCounts();
    final DurationCounts otherRequests = new DurationCounts();
    final DurationCounts otherAtUpstream = new DurationCounts();
    final DurationCounts otherAdded = new DurationCounts();
    private final AtomicLongArray responses = new AtomicLongArray(STATUS_MAX - STATUS_MIN + 1);

    LoopTimes() {}

    /** A request that came with one read was responded to with one read. */
    public void addSmall(long requestNanos, long upstreamNanos, long addedNanos) {
        smallRequests.add(requestNanos);
        smallAtUpstream.add(upstreamNanos);
        smallAdded.add(addedNanos);
    }

    /** Another request was responded to. */
    public void addOther(long requestNanos, long upstreamNanos, long addedNanos) {
        otherRequests.add(requestNanos);
        otherAtUpstream.add(upstreamNanos);
        otherAdded.add(addedNanos);
    }

    /** The head of a final response came from the gateway. */
    public void countResponse(int status) {
        if (status >= STATUS_MIN && status <= STATUS_MAX) {
            int index = status - STATUS_MIN;
            responses.setOpaque(index, responses.getPlain(index) + 1);
        }
    }

    long responses(int status) {
        return responses.getOpaque(status - STATUS_MIN);
    }
}

package dev.sluice.proxy.exchange;

import dev.sluice.common.IpAddress;
import dev.sluice.limits.admission.Ticket;
import dev.sluice.proxy.http1.HttpMethod;
import dev.sluice.proxy.loop.LoopContext;
import dev.sluice.proxy.loop.LoopTimes;

/**
 * When the parts of one exchange happened, and how long they took. The events of a loop have the time at which they began;
 * besides that, the clock is read twice for each request: when its head has been sent, and when its response has. Belongs
 * to one event loop.
 */
public final class ExchangeTimes {
    private final LoopContext loop;
    private final LoopTimes times;
    private long beganNanos;
    private long sentNanos;
    private long upstreamNanos;
    private long addedNanos;
    private long respondedNanos;
    private long progressNanos;
    private boolean isSmall;

    ExchangeTimes(LoopContext loop) {
        this.loop = loop;
        this.times = loop.times();
    }

    /** A request was admitted. */
    void begin() {
        beganNanos = loop.nowNanos();
        upstreamNanos = 0;
        isSmall = true;
        loop.counters().forwarded.increment();
        loop.counters().exchanges.increment();
    }

    /** Its head was sent, or a connection for it is being opened. */
    void onSent(Ticket ticket, IpAddress client, HttpMethod method) {
        loop.onAdmitted(ticket, client, method);
        sentNanos = loop.readNanos();
        addedNanos = sentNanos - beganNanos;
    }

    /** A part of its body is passed on. */
    void onBody(boolean last) {
        onProgress();
        isSmall &= progressNanos == beganNanos;
        if (last) {
            sentNanos = Math.max(sentNanos, progressNanos);
        }
    }

    /** The head of the response came, and its first part was passed on. */
    void onResponse(int status) {
        respondedNanos = loop.nowNanos();
        upstreamNanos = Math.max(0, respondedNanos - sentNanos);
        times.countResponse(status);
    }

    /** A read ended, and the response has not. */
    void onPart() {
        isSmall = false;
    }

    /** The whole response was passed on. */
    void onCompleted() {
        loop.counters().completed.increment();
        long endNanos = loop.readNanos();
        if (isSmall) {
            addedNanos += endNanos - respondedNanos;
            times.addSmall(endNanos - beganNanos, upstreamNanos, addedNanos);
        } else {
            times.addOther(endNanos - beganNanos, upstreamNanos, addedNanos);
        }
    }

    /** Something moved. */
    void onProgress() {
        progressNanos = loop.nowNanos();
    }

    /** When something last moved. */
    long progressNanos() {
        return progressNanos;
    }

    /** When the request was admitted. */
    public long beganNanos() {
        return beganNanos;
    }

    /** From the last of the request that was sent to the first of the response; 0: there was none. */
    public long upstreamNanos() {
        return upstreamNanos;
    }

    /** What this sidecar took before the request was sent and, of a small one, after its response came. */
    public long addedNanos() {
        return addedNanos;
    }
}

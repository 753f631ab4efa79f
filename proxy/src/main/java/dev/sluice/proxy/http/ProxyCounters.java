package dev.sluice.proxy.http;

import java.util.concurrent.atomic.LongAdder;

/** What the request path counts. Written by event loops, read by metrics. */
public final class ProxyCounters {
    /** Requests that were sent to RGW. */
    public final LongAdder forwarded = new LongAdder();
    /** Requests that a limit refused. */
    public final LongAdder rejected = new LongAdder();
    /** Requests that could not be read, or came too slowly. */
    public final LongAdder malformed = new LongAdder();
    /** Requests that RGW could not be reached for, or whose answer broke off or never came. */
    public final LongAdder upstreamFailed = new LongAdder();
    /** Exchanges whose client went away. */
    public final LongAdder clientGone = new LongAdder();
    /** Requests sent a second time, because a reused upstream connection turned out to be closed. */
    public final LongAdder retried = new LongAdder();

    public final LongAdder bytesFromClients = new LongAdder();
    public final LongAdder bytesToClients = new LongAdder();
    public final LongAdder upstreamConnects = new LongAdder();
    public final LongAdder upstreamReuses = new LongAdder();
    /** Client connections that are open now. */
    public final LongAdder clientConnections = new LongAdder();
    /** TLS handshakes with clients that were done. */
    public final LongAdder handshakes = new LongAdder();
    /** TLS handshakes with clients that failed. */
    public final LongAdder handshakesFailed = new LongAdder();
    /** TLS handshakes with the gateway that failed. */
    public final LongAdder upstreamHandshakesFailed = new LongAdder();
    /** Exchanges that are under way now. */
    public final LongAdder exchanges = new LongAdder();
}

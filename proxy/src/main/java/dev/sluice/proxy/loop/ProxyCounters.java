package dev.sluice.proxy.loop;

import java.util.concurrent.atomic.LongAdder;

/** What the request path counts. Event loops write, metrics read. */
public final class ProxyCounters {
    /** How long requests took. */
    public final RequestTimes times = new RequestTimes();
    /** Some of the last requests of each subject. */
    public final RecentRequests recent = new RecentRequests();
    /** Requests that were admitted and begun to be sent to RGW. */
    public final LongAdder forwarded = new LongAdder();
    /** Requests of which the whole response was passed on. */
    public final LongAdder completed = new LongAdder();
    /** Requests that a limit rejected. */
    public final LongAdder rejected = new LongAdder();
    /** Requests that could not be parsed or came too slowly; also PROXY headers. */
    public final LongAdder malformed = new LongAdder();
    /** Requests that got a 503 because too many connections are open. */
    public final LongAdder overConnections = new LongAdder();
    /** Malformed heads and bodies of requests, by their fault. */
    public final FaultCounters requestFaults = new FaultCounters();
    /** Malformed heads and bodies of responses, by their fault. */
    public final FaultCounters responseFaults = new FaultCounters();
    /** Requests for which RGW could not be reached, or whose response broke off or never came. */
    public final LongAdder upstreamFailed = new LongAdder();
    /** Of those: no connection. */
    public final LongAdder upstreamUnreachable = new LongAdder();
    /** Of those: the connection closed before the end of the response. */
    public final LongAdder upstreamClosed = new LongAdder();
    /** Of those: the response was malformed. */
    public final LongAdder upstreamInvalid = new LongAdder();
    /** Of those: no progress for too long. */
    public final LongAdder upstreamTimedOut = new LongAdder();
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
    /** Connections that were closed because the PROXY protocol is on and the peer is no trusted proxy. */
    public final LongAdder untrustedPeers = new LongAdder();
    /** Connections beyond the limit: they got a 503 or were closed at once. */
    public final LongAdder connectionsRefused = new LongAdder();
    /** Idle connections that were closed because another client needed their place. */
    public final LongAdder connectionsDisplaced = new LongAdder();
    /** Clients that sent a body more slowly than the minimum rate. */
    public final LongAdder slowUploads = new LongAdder();
    /** Clients that took a response more slowly than the minimum rate, or not at all. */
    public final LongAdder slowReaders = new LongAdder();
    /** How often a connection could not be accepted, in most cases because the process may open no more files. */
    public final LongAdder acceptFailures = new LongAdder();
    /** TLS handshakes with clients that were done. */
    public final LongAdder handshakes = new LongAdder();
    /** TLS handshakes with clients that failed. */
    public final LongAdder handshakesFailed = new LongAdder();
    /** TLS handshakes with the gateway that failed. */
    public final LongAdder upstreamHandshakesFailed = new LongAdder();
    /** How often a transfer paused because a limit on bytes had no room. */
    public final LongAdder transferPauses = new LongAdder();
    /** Exchanges that are under way now. */
    public final LongAdder exchanges = new LongAdder();
}

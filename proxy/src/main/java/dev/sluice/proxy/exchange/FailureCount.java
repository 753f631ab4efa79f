package dev.sluice.proxy.exchange;

import dev.sluice.proxy.http1.HttpFault;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.response.ErrorKind;

/** Counts requests that failed, in all and by what went wrong. */
final class FailureCount {
    private FailureCount() {}

    /** The body of a request is malformed. */
    static void addMalformedBody(ProxyCounters counters) {
        counters.malformed.increment();
        counters.requestFaults.count(HttpFault.CHUNKED_BODY);
    }

    static void add(ProxyCounters counters, ErrorKind kind) {
        counters.upstreamFailed.increment();
        switch (kind) {
            case UPSTREAM_UNREACHABLE -> counters.upstreamUnreachable.increment();
            case UPSTREAM_INVALID -> counters.upstreamInvalid.increment();
            case UPSTREAM_TIMEOUT -> counters.upstreamTimedOut.increment();
            default -> counters.upstreamClosed.increment();
        }
    }
}

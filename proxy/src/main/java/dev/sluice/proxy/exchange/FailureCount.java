package dev.sluice.proxy.exchange;

import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.response.ErrorKind;

/** Counts requests that failed at the gateway, in all and by what went wrong. */
final class FailureCount {
    private FailureCount() {}

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

package dev.sluice.proxy.quota.api;

import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.ProxyCounters;
import dev.sluice.proxy.quota.http.QuotaResponse;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests of the quota port by their outcome. Event loops write, metrics read. */
public final class CallCounters {
    private final LongAdder served = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    final LongAdder becameHigh = new LongAdder();
    final LongAdder becameFull = new LongAdder();

    void count(QuotaResponse response) {
        int status = response.status();
        if (status < 400) {
            served.increment();
        } else if (status < 500) {
            wrong.increment();
        } else {
            unavailable.increment();
        }
    }

    /** The metrics of these counts, and of the connections. */
    public void bind(SluiceMetrics to, ProxyCounters connections) {
        String requests = "Calls of the quota port";
        to.counter("sluice.quota.requests", requests, "outcome", "served", served, LongAdder::sum);
        to.counter("sluice.quota.requests", requests, "outcome", "wrong", wrong, LongAdder::sum);
        to.counter("sluice.quota.requests", requests, "outcome", "unavailable", unavailable, LongAdder::sum);
        to.counter(
                "sluice.quota.malformed",
                "Requests of the quota port that break the rules of HTTP",
                connections.malformed,
                LongAdder::sum);
        String thresholds = "Allocation quotas that became so full";
        to.counter("sluice.quota.thresholds", thresholds, "threshold", "80", becameHigh, LongAdder::sum);
        to.counter("sluice.quota.thresholds", thresholds, "threshold", "100", becameFull, LongAdder::sum);
        to.gauge(
                "sluice.quota.connections",
                "Connections of the quota port that are open",
                connections.clientConnections,
                LongAdder::sum);
    }
}

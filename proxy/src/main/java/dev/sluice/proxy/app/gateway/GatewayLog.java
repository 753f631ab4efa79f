package dev.sluice.proxy.app.gateway;

import dev.sluice.proxy.loop.ProxyCounters;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that requests fail at the gateway, and what their clients get: soon after the first, then summed up every ten
 * seconds. Logs when requests reach the gateway again. Belongs to one thread.
 */
public final class GatewayLog {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ProxyCounters counters;
    private final String gateway;
    private Failures logged = new Failures(0, 0, 0);
    private long loggedNanos;
    private boolean isFailing;
    private long completedAtLine;

    /** Failed requests, by what their clients got. */
    private record Failures(long unreachable, long broken, long late) {
        static Failures of(ProxyCounters counters) {
            return new Failures(
                    counters.upstreamUnreachable.sum(),
                    counters.upstreamClosed.sum() + counters.upstreamInvalid.sum(),
                    counters.upstreamTimedOut.sum());
        }

        Failures since(Failures before) {
            return new Failures(unreachable - before.unreachable, broken - before.broken, late - before.late);
        }

        long all() {
            return unreachable + broken + late;
        }
    }

    /**
     * Without a failure yet.
     *
     * @param gateway its address as in the settings
     */
    public GatewayLog(ProxyCounters counters, String gateway) {
        this.counters = counters;
        this.gateway = gateway;
    }

    /** To be called about once a second. */
    public void report(long nowNanos) {
        if (isFailing && nowNanos - loggedNanos < INTERVAL_NANOS) {
            return;
        }
        Failures now = Failures.of(counters);
        Failures more = now.since(logged);
        if (more.all() > 0) {
            LOG.warn(
                    "{} requests failed at the gateway {}: {} found no connection and {} an invalid or broken response"
                            + " (502), {} had no response in time (504)",
                    more.all(),
                    gateway,
                    more.unreachable,
                    more.broken,
                    more.late);
            logged = now;
            loggedNanos = nowNanos;
            isFailing = true;
            completedAtLine = counters.completed.sum();
        } else if (isFailing && counters.completed.sum() > completedAtLine) {
            LOG.info("requests reach the gateway {} again", gateway);
            isFailing = false;
        }
    }
}

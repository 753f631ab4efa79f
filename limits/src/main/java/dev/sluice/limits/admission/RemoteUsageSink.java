package dev.sluice.limits.admission;

import dev.sluice.limits.pacing.RemoteNode;

/**
 * One limited dimension of one subject, to which {@code sync} applies what peers report again and again, without a
 * look-up each time.
 */
public interface RemoteUsageSink {
    /** Whether the registry still uses this; if not, what is applied here has no effect. */
    boolean isCurrent();

    /** As {@link UsageRegistry#applyRemote}. */
    void applyRemote(RemoteNode from, long amount, double demandPerSecond, long nowNanos);

    /**
     * Reads a part of what {@link #applyRemote} will need. Done for many before the first is used, the processor waits
     * for memory once and not for each. What is returned means nothing.
     */
    long fetch();
}

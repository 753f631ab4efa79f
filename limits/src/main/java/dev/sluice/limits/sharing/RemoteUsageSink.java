package dev.sluice.limits.sharing;

import dev.sluice.limits.pacing.RemoteNode;

/**
 * One limited dimension of one subject, to which {@code sync} applies what peers report again and again, without a
 * look-up each time.
 */
public interface RemoteUsageSink {
    /** Whether this is still in use; if not, what is applied here has no effect. */
    boolean isCurrent();

    /**
     * Applies what another node reported.
     *
     * @param amount what it admitted and wasn't charged yet, at least 0; for a gauge any change, down too
     * @param demandPerSecond its demand, which replaces what it reported before
     * @param nowNanos monotonic
     * @return how much of the amount was refused: {@link RemoteNode#chargedMax}
     */
    long applyRemote(RemoteNode from, long amount, double demandPerSecond, long nowNanos);

    /**
     * Reads a part of what {@link #applyRemote} will need. Done for many before the first is used, the processor
     * loads them from memory together and not one by one. What is returned means nothing.
     */
    long prefetch();
}

package dev.sluice.policy.rgw;

import dev.sluice.policy.rgw.client.RgwLookup;

/**
 * One thing to ask RGW about.
 *
 * @param priority the highest comes first
 * @param age of what is asked about
 * @param call asks, and takes the answer in
 */
record RefreshTask(double priority, RefreshAge age, RefreshCall call) {
    /** Before all others. */
    static final double FIRST = Double.MAX_VALUE;

    /** Asks RGW once and takes the answer in. */
    @FunctionalInterface
    interface RefreshCall {
        /** Returns {@link RgwLookup.Failed} if there was no answer; nothing has changed then. */
        RgwLookup<?> run(long nowNanos, long nowWallMillis);
    }
}

/**
 * Meters: what the whole cluster has used of one limit, as far as this node knows, and whether there is room. One class for
 * each algorithm. They are lock-free, and know nothing of nodes or shares.
 *
 * <pre>
 *   local request ------- tryCharge --+
 *                                     +--> SlidingWindowMeter | TokenBucketMeter | FixedWindowMeter | GaugeMeter
 *   remote use, bytes --- charge -----+                  |
 *                                                        +--> room, used, waitNanos
 * </pre>
 */
package dev.sluice.limits.meter;

/**
 * Rate quotas: so many tokens a period for anything that has a name, decided by the limiter of this node and shared by the
 * exchange with the other nodes.
 *
 * <pre>
 *   RateStep --&gt; RateQuotas.take --&gt; RateDecision: Taken, Refused or Missing
 *                                     | RateCharge: gives back, where the rest of a call fails
 *                                     | RateView: what is left
 *            --&gt; RateQuotas.tryTake --&gt; RateVerdict, for batches
 *            --&gt; KeyedRates: calls with an idempotency key
 * </pre>
 *
 * <p>{@link dev.sluice.quota.rate.LimiterRateQuotas} is the limiter of this node.
 */
@NullMarked
package dev.sluice.quota.rate;

import org.jspecify.annotations.NullMarked;

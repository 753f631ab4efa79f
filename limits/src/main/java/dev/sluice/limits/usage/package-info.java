/**
 * What others see of the counts of a node: {@code sync} through {@link dev.sluice.limits.usage.UsageRegistry}, people
 * through {@link dev.sluice.limits.usage.LimitUsage}.
 *
 * <pre>
 *   sync    --&gt; UsageRegistry: LocalUsage and UsageHistories out; remote usage, SubjectHistory and membership in
 *   display --&gt; LimitUsage with HeldUsage; WaitTimes
 * </pre>
 *
 * <p>The limiter implements the registry ({@code limits.admission}).
 */
@NullMarked
package dev.sluice.limits.usage;

import org.jspecify.annotations.NullMarked;

/** What a limit is: {@link dev.sluice.limits.model.Limit} and its values, grouped by subject into a
 * {@link dev.sluice.limits.model.LimitSet} and for a whole cluster into a {@link dev.sluice.limits.model.Policy}. */
package dev.sluice.limits.model;

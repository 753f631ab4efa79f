/**
 * Allocation quotas as a pure state machine: {@code apply(commands, time) -> results}.
 *
 * <pre>
 *   AllocCommand --&gt; AllocState.apply --&gt; AllocResult
 *                      | AllocQuota: capacity, allocated, version
 *                      | AllocLeases: what frees itself, and when
 *                      | KeyedResults: what a repetition gets
 *                      v
 *                    AllocCodec: commands and snapshots as bytes
 * </pre>
 *
 * <p>No clock, no file, no network: {@code quota.journal} makes it durable.
 */
@NullMarked
package dev.sluice.quota.alloc;

import org.jspecify.annotations.NullMarked;

/**
 * Makes allocations durable.
 *
 * <pre>
 *   callers --&gt; AllocStore: one thread takes what waits as a batch
 *                  |  Journal.append: written and forced to the disk
 *                  v
 *               AllocState.apply --&gt; results to the callers
 * </pre>
 *
 * <p>A directory of {@code LocalJournal} holds at most two snapshots and the log files since the older one. A log file is
 * allocated when it is made, so a full disk is an error before anything changes.
 */
@NullMarked
package dev.sluice.quota.journal;

import org.jspecify.annotations.NullMarked;

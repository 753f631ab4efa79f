/**
 * One limit of one subject on this node, and how the node takes its part of it. A {@link dev.sluice.limits.sharing.Ledger} has
 * the meter and the counters; its {@code LimitSharing} decides how much of the limit is for this node.
 *
 * <pre>
 *   event loops ----- tryTake, hasRoom ----> Ledger --- fast path: far from the limit, no share is asked
 *                                              |
 *                                              v
 *                                         LimitSharing = UnsharedLimit     each node takes the room that it sees
 *                                                      | SharedSlots       requests in flight, by slots
 *                                                      | PacedOperations   tokens of a share of the rate
 *                                                      | DividedRoom       a part of what a long limit has left
 *                                                      | PacedTransfers    a TransferQueue that a share flows into
 *                                              ^
 *   receiving thread - applyRemote ------------+   kept as PendingCharges, charged when a decision needs it
 *   reporting thread - measure, demand --------+   the demand since the last call, and a new division of the limit
 * </pre>
 *
 * <p>A refused request gets the time after which to return: {@code waitNanos} of the kind, until it would pass, and a place of
 * its {@link dev.sluice.limits.pacing.ReturnTimes} behind those that were refused before.
 *
 * <p>The paced kinds work in a maintenance step under a try-lock. Event loops go on when another thread has it. What
 * decisions read are volatile fields and compare-and-set counters.
 */
package dev.sluice.limits.sharing;

/**
 * The bounds on what a peer is believed. A peer that is authorised may still be broken or hostile. It may lie about the
 * subjects that it names, as if it had used all of their limits. It must not hurt others, and nothing of it may stay.
 *
 * <ul>
 *   <li>{@link dev.sluice.sync.trust.LinkBudget}: how much is read of one link, so that a flood delays nobody else
 *   <li>{@link dev.sluice.sync.trust.EventBudget}: how often the node at a link may be another one, or ask for the past
 *   <li>{@link dev.sluice.sync.trust.SubjectMemory}: the memory for what all peers together report
 *   <li>{@link dev.sluice.sync.trust.AccountMemory}: more of it for subjects that have an account here
 *   <li>{@link dev.sluice.sync.trust.MemoryWarning}: says that it doesn't suffice
 *   <li>{@link dev.sluice.sync.trust.CopyCheck}: whether two links really bring the reports of one node
 *   <li>{@link dev.sluice.sync.trust.RefusalCounters}: what was refused of which peer, and why
 * </ul>
 *
 * <p>What a report may charge is bounded by the limiter: {@link dev.sluice.limits.pacing.RemoteNode#chargedMax}.
 */
package dev.sluice.sync.trust;

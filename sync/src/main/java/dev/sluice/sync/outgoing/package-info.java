/**
 * What a sidecar reports, and when. This package alone decides what to send and remembers what was sent.
 *
 * <pre>
 *  TickSchedule: it is time          LocalUsage of each subject (limits)
 *        |                                     |
 *        v                                     v
 *    Reporter ----------------------&gt; OutgoingSubject: what has changed? ReportPriority: is it worth a report?
 *        |                                     |
 *        | candidates                          v
 *        +--------&gt; EntrySelection: which entries fit into the byte rate?
 *        |
 *        v
 *    reports as bytes, with ReportDelays, receipts for peers that ask for them and, from time to time, LivePeers
 * </pre>
 */
package dev.sluice.sync.outgoing;

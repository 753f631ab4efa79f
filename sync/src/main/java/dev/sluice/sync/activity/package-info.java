/**
 * What sidecars report of themselves once a second, so that each can show the whole cluster to people: how many requests,
 * how long they took, whether the gateway and the limits file are good, and what the busiest limits admit and reject.
 *
 * <pre>
 *  ActivityBook of node A --&gt; ActivitySender --&gt; report (section of ActivityCodec)
 *                                                    |
 *  ActivityBook of node B &lt;------- PeerTable &lt;------+
 * </pre>
 *
 * <p>Nothing of it is charged or decides anything. Counts are absolute, so a lost report does no harm. Texts are sealed by
 * the {@link dev.sluice.sync.activity.ActivityBook}: this module can't read them.
 */
package dev.sluice.sync.activity;

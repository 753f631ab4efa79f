/**
 * Which sessions of STS belong to which user, between sidecars.
 *
 * <pre>
 *  RGW's response --&gt; SessionBook of node A --&gt; SessionSender --&gt; report
 *                                                                  |
 *                     SessionBook of node B &lt;-- PeerTable &lt;--------+
 * </pre>
 *
 * <p>A new session leaves with the next report, and twice more in case that one is lost. After that all sessions are repeated
 * every minute, and for each new subscriber, so that a sidecar that starts later learns them too. A sidecar also repeats what
 * it has from others, if it is one of those that have run for longest: the one that learnt a session may be gone.
 *
 * <p>What a session is, and whose, this module does not know: the {@link dev.sluice.sync.sessions.SessionBook} does.
 */
package dev.sluice.sync.sessions;

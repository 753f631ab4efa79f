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
 * <p>The state file has the same entries ({@link dev.sluice.sync.history.SavedUsage}): after a restart of all sidecars at once
 * no peer could send them.
 *
 * <p>What a session is, and whose, this module does not know: the {@link dev.sluice.sync.sessions.SessionBook} does.
 */
package dev.sluice.sync.sessions;

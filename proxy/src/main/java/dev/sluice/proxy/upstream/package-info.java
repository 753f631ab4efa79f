/**
 * Connections to RGW. Each event loop has its own pool, so an exchange takes a connection without a lock.
 *
 * <pre>
 *                 takeIdle                    begin, write, read
 *   UpstreamPool ----------&gt; UpstreamConnection ----------------&gt; socket (with TLS if the settings say so)
 *        |                        ^        |
 *        | connect                |        | events
 *        v                        |        v
 *   ConnectAttempt ---------------+   UpstreamListener (an exchange)
 * </pre>
 *
 * <p>A connection serves one exchange at a time and goes back to the pool only when the response is complete. The order
 * of calls is strict: a listener's calls go down, and events come up from the socket alone. In particular a connect never
 * reports its result before {@link dev.sluice.proxy.upstream.UpstreamPool#connect} has returned.
 */
package dev.sluice.proxy.upstream;

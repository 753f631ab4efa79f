/**
 * Calls that this node has no role for: where they go, and the connections to there.
 *
 * <pre>
 *   RoleForwarder --&gt; NodeChoice: which live node, in which order
 *                 --&gt; NodeConnections: kept connections, one request at a time on each, all on one event loop
 * </pre>
 *
 * A call is tried at another node only if it was surely not made, or if it does no harm twice.
 */
@NullMarked
package dev.sluice.proxy.quota.forward;

import org.jspecify.annotations.NullMarked;

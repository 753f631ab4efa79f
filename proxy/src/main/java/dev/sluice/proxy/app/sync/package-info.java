/**
 * The sync of one process with others, as a part of it.
 *
 * <pre>
 *   settings --- BusConfigMapper, DiscoveryFactory ---&gt; SyncPart (Bus) ---&gt; SyncViews ---&gt; admin port
 *   key files -- SyncKeys ----------------------------------^
 *   limits in force -- LimitsFingerprint -------------------'
 *   sessions of STS &lt;-- SessionSharing --&gt; bus
 * </pre>
 *
 * <p>{@link dev.sluice.proxy.app.sync.SyncPart} starts the bus of a sidecar or of a relay, and closes it. Another way to
 * find peers is a case in {@code DiscoveryFactory}.
 */
package dev.sluice.proxy.app.sync;

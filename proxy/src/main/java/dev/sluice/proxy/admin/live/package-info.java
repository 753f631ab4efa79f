/**
 * The live stream of the admin port: the whole cluster as one sidecar knows it, second by second. {@code docs/live.md} has its
 * JSON.
 *
 * <pre>
 *  counters, limits --&gt; LimitScan --&gt; own NodeActivity --&gt; ActivityBoard --&gt; sync --&gt; peers
 *                                            |
 *  peers --&gt; sync --&gt; ActivityBoard ------&gt; LiveView: NodeTrack of each sidecar, LimitTrack of each limit, LiveEvents
 *                                            |
 *                                         LiveFeed --&gt; /api/v1/live
 * </pre>
 *
 * <p>This sidecar's own activity goes the same way as that of its peers. All of it is bounded, and nothing of it decides
 * about a request.
 */
package dev.sluice.proxy.admin.live;

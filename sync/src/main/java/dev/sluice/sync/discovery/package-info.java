/**
 * Which addresses to connect to.
 *
 * <pre>
 *  settings: peers, relays ------------------------+
 *                                                  v
 *  DiscoveryThread --&gt; Discovery (DNS or Ceph) --&gt; EndpointResolver --&gt; ResolvedEndpoint ... --&gt; zmq: Subscriber
 * </pre>
 *
 * <p>Both threads may block for long without an effect on the others. {@link dev.sluice.sync.discovery.LinkStatus} shows
 * what became of each endpoint. A new kind of discovery implements {@link dev.sluice.sync.discovery.Discovery}.
 */
package dev.sluice.sync.discovery;

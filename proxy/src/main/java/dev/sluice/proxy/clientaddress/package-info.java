/**
 * Where a request comes from, as far as trusted sources say so.
 *
 * <pre>
 *   socket address --&gt; PROXY header (trusted balancer) --&gt; ConnectionPeer, one per connection
 *                                                              |
 *                      X-Forwarded-For, -Proto (trusted proxy) |  one per request
 *                                                              v
 *                                                        ClientAddress --&gt; headers for RGW
 * </pre>
 *
 * <p>A client that is no trusted proxy can't influence any of it: its own claims are removed from the request, and RGW
 * gets the address that is known.
 */
package dev.sluice.proxy.clientaddress;

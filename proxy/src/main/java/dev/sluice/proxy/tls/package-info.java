/**
 * TLS on either side of the proxy. Nothing of this package is loaded where there is no TLS.
 *
 * <pre>
 *   settings, certificate files --&gt; TlsContexts --&gt; DownstreamTls --&gt; SslHandler before a client's handlers
 *                                       |
 *                                       +---------&gt; UpstreamTls ----&gt; SslHandler before the gateway's handlers
 * </pre>
 *
 * <p>The rest of the request path sees plain bytes. It notices TLS in two places only: an end is signalled by a {@code
 * close_notify} ({@link dev.sluice.proxy.loop.ConnectionCloser}), and a gateway that closes without one has broken off.
 */
package dev.sluice.proxy.tls;

/**
 * One request and its response, streamed between a client and RGW.
 *
 * <pre>
 *   client input --(RequestBodySource)--&gt; Upload ----&gt; UpstreamConnection --&gt; RGW
 *                                           \  /
 *                                         Exchange
 *                                           /  \
 *   client output &lt;--(ResponseSink)------ Download &lt;-- UpstreamConnection &lt;-- RGW
 * </pre>
 *
 * <p>Heads go on as they were received, without hop-by-hop lines ({@link dev.sluice.proxy.exchange.RequestRewriter},
 * {@link dev.sluice.proxy.exchange.ResponseRewriter}). Bodies are passed on in the buffers they were read into; only
 * their end is looked for.
 *
 * <p>A {@link dev.sluice.proxy.exchange.ResponseObserver} may see a response pass. It can't change it.
 *
 * <p>Back-pressure: auto-read is off. A side is read from again only while the other side's channel is writable, and only
 * as far as limits on bytes allow. So an exchange holds one read (at most 1 MiB) and one high watermark (16 KiB) in each
 * direction, whatever the size of a body. Nothing is aggregated.
 *
 * <p>Calls go one way. The client's side calls the {@link dev.sluice.proxy.exchange.Exchange} and gets a result; events
 * of RGW's side reach the client through the {@link dev.sluice.proxy.exchange.ExchangeListener}, never within such a call.
 */
package dev.sluice.proxy.exchange;

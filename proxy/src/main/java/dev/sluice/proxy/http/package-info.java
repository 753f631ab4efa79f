/**
 * The request path. A {@link dev.sluice.proxy.http.ProxyServer} accepts clients; each belongs to one event loop, whose
 * {@link dev.sluice.proxy.http.Worker} holds all that the loop's connections share: the pool of upstream connections,
 * the clock, the sweep for timeouts. Hence no lock anywhere in this package.
 *
 * <p>A request's way: {@link dev.sluice.proxy.http.DownstreamHandler} (Netty events become calls) to
 * {@link dev.sluice.proxy.http.DownstreamConnection} (a client's connection from beginning to end) to {@link
 * dev.sluice.proxy.http.RequestTurns} (whose turn it is) to a {@link dev.sluice.proxy.http.Gate} (may it pass?) and then
 * either {@link dev.sluice.proxy.http.Answers} or an {@link dev.sluice.proxy.http.Exchange}, which streams between the
 * client and an {@link dev.sluice.proxy.http.UpstreamConnection} with back-pressure both ways.
 *
 * <p>Where a request comes from: {@link dev.sluice.proxy.http.Arrival} is what goes before the first request. A {@link
 * dev.sluice.proxy.http.ProxyHeaderHandler} reads what a balancer says before the first byte, a {@link
 * dev.sluice.proxy.http.Peer} says for each request which {@link
 * dev.sluice.proxy.http.ClientAddress} is to be believed, and the rewriter tells RGW that one alone.
 *
 * <p>Back-pressure: auto-read is off. A side is read from again only while the other side's socket takes what was read
 * (its channel is writable: below the high watermark, 16 KiB, until it has sunk to the low one). So an
 * exchange holds one read (512 KiB at most) and one watermark per direction, whatever the size of a body. Nothing is aggregated.
 *
 * <p>TLS, where it is wanted, is put in front of a channel's handlers ({@link
 * dev.sluice.proxy.http.DownstreamInitializer}, {@link dev.sluice.proxy.http.UpstreamTls}) and taken out again when a
 * client has been told the end ({@link dev.sluice.proxy.http.TlsFarewell}); the rest sees plain bytes either way.
 *
 * <p>HTTP syntax is {@code http1}'s: heads are parsed where they lie in a scratch array of the loop, and go on as they
 * were received, less what ends at a proxy ({@link dev.sluice.proxy.http.RequestRewriter}, {@link
 * dev.sluice.proxy.http.AnswerRewriter}). Bodies are passed on in the buffers that they were read into; only their end
 * is looked for ({@link dev.sluice.proxy.http.BodyFraming}).
 */
package dev.sluice.proxy.http;

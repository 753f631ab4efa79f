/**
 * The request path. A {@link dev.sluice.proxy.http.ProxyServer} accepts clients; each belongs to one event loop, whose
 * {@link dev.sluice.proxy.http.Worker} holds all that the loop's connections share: the pool of upstream connections,
 * the clock, the sweep for timeouts. Hence no lock anywhere in this package.
 *
 * <p>A request's way: {@link dev.sluice.proxy.http.DownstreamHandler} (Netty events become calls) to
 * {@link dev.sluice.proxy.http.DownstreamConnection} (whose turn it is) to a {@link dev.sluice.proxy.http.Gate} (may it
 * pass?) and then either {@link dev.sluice.proxy.http.ErrorAnswers} or an {@link dev.sluice.proxy.http.Exchange}, which
 * streams between the client and an {@link dev.sluice.proxy.http.UpstreamConnection} with back-pressure both ways.
 *
 * <p>Back-pressure: auto-read is off. A side is read from again only while the other side's socket takes what was read
 * (its channel is writable: below Netty's high watermark, 64 KiB, until it has sunk to the low one, 32 KiB). So an
 * exchange holds one read and one watermark per direction, whatever the size of a body. Nothing is aggregated.
 *
 * <p>HTTP syntax is Netty's codec for now. What depends on it stays in this package behind {@code Gate}, which sees
 * method, target and headers, and {@code Exchange}, which sees heads and body parts.
 */
package dev.sluice.proxy.http;

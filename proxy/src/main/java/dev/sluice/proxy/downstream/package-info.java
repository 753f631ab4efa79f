/**
 * Clients: {@link dev.sluice.proxy.downstream.ProxyServer} accepts them, and each connection lives on one event loop, in
 * whose {@link dev.sluice.proxy.downstream.DownstreamLoop} it is put together, swept for timeouts and drained.
 *
 * <pre>
 *   socket --&gt; DownstreamHandler --&gt; DownstreamConnection &lt;-- sweeps, events of the exchange
 *                                          |
 *              ConnectionSetup &lt;-----------+-----------&gt; ClientTimeouts, ClientRateCheck
 *                                          |
 *              ClientInput &lt;------ RequestSequencer ------&gt; ClientOutput
 *                                   |          |
 *                                  Gate     Exchange
 * </pre>
 *
 * <p>{@link dev.sluice.proxy.downstream.DownstreamHandler} turns Netty's events into calls. {@link
 * dev.sluice.proxy.downstream.DownstreamConnection} is where every event of a connection enters. {@link
 * dev.sluice.proxy.downstream.ConnectionSetup} handles what comes before the first request: the connection limit, a PROXY
 * header, a TLS handshake. {@link dev.sluice.proxy.downstream.RequestSequencer} serves one request after the other: it
 * cuts heads and bodies from the {@link dev.sluice.proxy.downstream.ClientInput}, asks the gate, and then either writes a
 * response itself, starts the exchange, or lets the request wait for its turn.
 *
 * <p>{@link dev.sluice.proxy.downstream.ClientOutput} ends connections so that the client sees the last response: a
 * lingering close, with a {@code close_notify} where there is TLS.
 */
package dev.sluice.proxy.downstream;

/**
 * The server of the quota port: HTTP/1.1 on event loops, with the head parser of the request path.
 *
 * <pre>
 *   QuotaServer --&gt; QuotaLoop, one for each event loop
 *                     | QuotaChannelHandler --&gt; QuotaConnection
 *                     |                           | RequestIntake: heads (QuotaRouter) and bodies (BodyCollector)
 *                     |                           | QuotaOutput: responses
 *                     '-- sweep: what takes too long
 * </pre>
 *
 * <p>It knows paths only as routes that it is given, which {@code quota.http} describes.
 */
package dev.sluice.proxy.quota.server;

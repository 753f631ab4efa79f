/**
 * The quota port: HTTP/1.1 on event loops, with the head parser of the request path. It knows paths only as routes that are
 * registered with it.
 *
 * <pre>
 *   QuotaRequest --&gt; QuotaRoute: QuotaHandler --&gt; QuotaReply: QuotaResponse, now or later
 *                                                    ^ QuotaErrors, with a StatusCode
 * </pre>
 */
package dev.sluice.proxy.quota.http;

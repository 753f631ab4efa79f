/**
 * What a route of the quota port gets and returns. A package with routes makes a list of {@code QuotaRoute}; {@code
 * quota.server} serves them.
 *
 * <pre>
 *   QuotaRequest --&gt; QuotaRoute: QuotaHandler --&gt; QuotaReply: QuotaResponse, now or later (QuotaWorker)
 *                                                    ^ QuotaErrors, with a StatusCode
 * </pre>
 */
package dev.sluice.proxy.quota.http;

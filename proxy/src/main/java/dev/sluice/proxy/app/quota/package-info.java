/**
 * The quota service of a process, beside S3 or alone.
 *
 * <pre>
 *   QuotaPart: QuotaSources (quotas.conf, the overlay) --&gt; layers of the policy --&gt; rate quotas in the limiter
 *                                                     --&gt; AllocPart: the store and its definitions
 *              QuotaServer: the port
 * </pre>
 */
@NullMarked
package dev.sluice.proxy.app.quota;

import org.jspecify.annotations.NullMarked;

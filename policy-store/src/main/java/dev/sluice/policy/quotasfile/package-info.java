/**
 * Reads quotas.conf, at the start and whenever it changes, and writes the overlay of quotas that were set through the API.
 *
 * <pre>
 *   quotas.conf ---------&gt; QuotasFile -&gt; QuotaEntryReader --.
 *                                                          +-&gt; PolicyLayer
 *   QuotasOverlay &lt;------&gt; QuotasFile -&gt; QuotaEntryReader --'
 *        | writes
 *   QuotasFileWriter &lt;- QuotaTexts
 * </pre>
 *
 * <p>Rate quotas are limits of the scope {@code quota}; allocation quotas are definitions, which the quota service brings
 * into its store. Both are kept compactly: a file may have 100,000.
 */
@NullMarked
package dev.sluice.policy.quotasfile;

import org.jspecify.annotations.NullMarked;

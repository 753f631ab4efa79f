/**
 * A client of the quota port for programs in Java. It uses the JDK alone, and nothing else of Sluice, so that it can be copied.
 *
 * <pre>
 *   QuotaClient --&gt; HTTP, again with the same key where no answer came --&gt; ResponseJson --&gt; QuotaClient's records
 * </pre>
 */
@NullMarked
package dev.sluice.quota.client;

import org.jspecify.annotations.NullMarked;

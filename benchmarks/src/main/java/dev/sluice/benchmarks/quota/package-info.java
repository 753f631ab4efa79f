/**
 * {@code sluice bench quota}: quota services beside each other, in rounds.
 *
 * <pre>
 *  QuotaCase (what is called), QuotaSubject (of which service) --&gt; QuotaComparison (rounds) --&gt; report.RoundResults
 *                                | HttpQuotaSubject: Sluice, or a running service with QMS's paths
 *                                | RedisQuotaSubject, GubernatorSubject
 * </pre>
 */
package dev.sluice.benchmarks.quota;

/**
 * {@code sluice bench http}: Sluice, HAProxy and nginx before the same server, in rounds.
 *
 * <pre>
 *  HttpCase (what is requested) --&gt; HttpComparison (rounds) --&gt; report.RoundResults
 * </pre>
 */
package dev.sluice.benchmarks.http;

/**
 * The metrics of a sidecar. Nothing is counted here: each meter reads a counter of its owner at each scrape.
 *
 * <pre>
 *   ProxyCounters, Admission ---&gt; SluiceMetrics ---&gt; text of /metrics
 *   Bus -----------&gt; SyncMetrics ----^
 * </pre>
 *
 * <p>Other parts register their own by {@code SluiceMetrics.counter} and {@code gauge}. Every metric stands in {@code
 * docs/operations.md}; a test compares both. No user, bucket or key is a label.
 */
package dev.sluice.proxy.admin.metrics;

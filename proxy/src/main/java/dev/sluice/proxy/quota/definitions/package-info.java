/**
 * Quotas as clients see and change them: {@code /api/v1/quotas}.
 *
 * <pre>
 *   QuotasApi --&gt; QuotaCatalog: what is in force, and where it is set
 *             --&gt; QuotaEditor: If-Match, check, AuditLog, QuotasOverlay --&gt; in force
 * </pre>
 *
 * <p>All of it blocks on the disk or takes long with 100,000 quotas, so it runs on a thread of its own, {@code QuotaWorker},
 * and never on an event loop.
 */
@NullMarked
package dev.sluice.proxy.quota.definitions;

import org.jspecify.annotations.NullMarked;

/**
 * Limits on the admin port: which limits apply to a request and why, and changes by command.
 *
 * <pre>
 *   LimitsApi -&gt; GET /api/v1/explain        -&gt; LimitExplainer -&gt; Admission, PolicyOrigins
 *                GET /api/v1/limits[/...]   -&gt; LimitList
 *                PUT, DELETE                -&gt; LimitEditor -&gt; AuditLog, LimitsOverlay -&gt; Reloadable -&gt; in force
 * </pre>
 *
 * <p>A change writes the overlay file, never the limits file: that one may be mounted read-only, and it has comments. What
 * is read here are snapshots; no request waits for it.
 */
package dev.sluice.proxy.admin.limits;

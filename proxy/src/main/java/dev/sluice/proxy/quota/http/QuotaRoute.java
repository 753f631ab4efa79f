package dev.sluice.proxy.quota.http;

import dev.sluice.proxy.admin.http.RouteAccess;

/**
 * One method of one path of the quota port. The server is given the list of all.
 *
 * @param method {@code GET} (which also serves {@code HEAD}), {@code POST}, ...
 * @param path such as <code>/api/v1/quotas/rate/{namespace}/{resource}</code>; a name in braces takes one segment
 */
public record QuotaRoute(String method, String path, RouteAccess access, QuotaHandler handler) {}

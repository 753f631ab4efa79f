/**
 * The admin port: an HTTP server on a thread of its own, so that a scrape of many limits delays no client's request. It
 * knows paths only as routes that are registered with it; what they show is {@code admin.api}'s.
 *
 * <pre>
 *   AdminServer -&gt; AdminConnection -&gt; AdminRouter -&gt; AdminRoute -&gt; AdminHandler
 *                        ^                                            |
 *                        '--- AdminResponse: JSON, content, stream ---'
 * </pre>
 *
 * <p>A new path is a new {@link dev.sluice.proxy.admin.http.AdminRoute}: a write call is a route with another method that
 * reads the body, a file of a dashboard returns a {@link dev.sluice.proxy.admin.http.ContentResponse}, server-sent events
 * a {@link dev.sluice.proxy.admin.http.StreamResponse}. Errors are the router's and have one shape.
 */
package dev.sluice.proxy.admin.http;

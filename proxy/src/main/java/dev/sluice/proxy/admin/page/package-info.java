/**
 * The files of the dashboard, at {@code /} and {@code /dashboard/} of the admin port. They hold no data and need no token:
 * the page reads {@code /api/v1/live}, and asks for the token where one is needed.
 *
 * <pre>
 *   PageFile (a file, its gzip, its tag) -&gt; PageRoutes -&gt; admin.http
 * </pre>
 *
 * <p>The files are in {@code resources/dashboard}, as the browser gets them: plain modules, and no build step. What others
 * wrote is in {@code vendor}, with version, hash and licence in {@code vendor.json}.
 */
package dev.sluice.proxy.admin.page;

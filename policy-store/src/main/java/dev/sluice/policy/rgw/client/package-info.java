/**
 * A client of RGW's Admin Ops API: signed requests one at a time, bounded responses, and what they mean.
 *
 * <pre>
 *   RgwAdminClient -&gt; RgwRequestSigner           signature V4
 *                  -&gt; RgwConnection              one connection, kept; head and body within bounds and a deadline
 *                  -&gt; RgwUserParser, RgwRateLimitParser   JSON to values
 * </pre>
 *
 * <p>Everything blocks, so it belongs to a thread of its own. Why there is no HTTP library: docs/decisions.
 */
@NullMarked
package dev.sluice.policy.rgw.client;

import org.jspecify.annotations.NullMarked;

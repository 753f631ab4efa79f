/**
 * Where settings, limits and identities come from. The sub-packages, each of which knows only those before it:
 *
 * <pre>
 *   hocon       configuration text with positions; problems; parsers of values
 *   source      reload: last good values, polling, merging of sources, the policy in force
 *   identity    access keys to users
 *   keys        key files of TLS and of the bus
 *   limitsfile  limits.conf as a source
 *   settings    sluice.conf and relay.conf; the check of the whole configuration
 * </pre>
 *
 * <p>From a line of limits.conf to the limits in force:
 *
 * <pre>
 *   limitsfile.LimitsFileSource -&gt; LimitsFile -&gt; source.Reloadable -&gt; PolicyMerger -&gt; PolicyInForce -&gt; limits.Admission
 * </pre>
 *
 * <p>RGW's users and rate limits will be a package {@code rgw} beside {@code limitsfile}: a source that is polled over
 * HTTP and becomes one more {@code Reloadable<PolicyLayer>} of the merger. Limits that the admin API writes will be
 * another.
 */
@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;

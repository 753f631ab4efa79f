/**
 * Where settings, limits and identities come from. The sub-packages, each of which knows only those before it:
 *
 * <pre>
 *   hocon       configuration text with positions; problems; parsers of values
 *   source      reload: last good values, polling, merging of sources, the policy in force
 *   identity    access keys to users
 *   keys        key files of TLS and of the bus
 *   limitsfile  limits.conf as a source
 *   quotasfile  quotas.conf as a source
 *   rgw.client  RGW's Admin API
 *   rgw         users and rate limits learnt from it
 *   listen      how clients are met
 *   settings    sluice.conf and relay.conf; the check of the whole configuration
 * </pre>
 *
 * <p>From a line of limits.conf to the limits in force:
 *
 * <pre>
 *   limitsfile.LimitsFileSource -&gt; LimitsFile -&gt; source.Reloadable -&gt; PolicyMerger -&gt; PolicyInForce -&gt; limits.Admission
 * </pre>
 *
 * <p>RGW's rate limits are one more {@code Reloadable<PolicyLayer>} of the merger, behind the limits file: {@code
 * rgw.RgwDirectory} learns them, and the owners of access keys.
 */
@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;

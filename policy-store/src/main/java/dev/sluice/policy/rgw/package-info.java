/**
 * Learns from RGW whose an access key is, and which rate limits users and buckets have.
 *
 * <pre>
 *   event loops: KeyOwners.find            -&gt; RgwKeyTable       the owners that are known; bounded
 *                KeyObserver.accepted, ... -&gt; RgwKeyTable       keys and buckets in use, keys that are wanted
 *
 *   thread rgw-directory: RgwWorker -&gt; RgwLookups               what to ask next, within the call budget
 *                                        -&gt; RgwAdminApi         one call at a time
 *                                        -&gt; RgwUserTable        users in use: their keys and their limit
 *                                        -&gt; RgwLimitLayer       RGW's limits as a PolicyLayer
 * </pre>
 *
 * <p>Only keys that RGW has accepted are asked about, so invented ones cost no call. While RGW is away, what is known
 * stays in use.
 */
@NullMarked
package dev.sluice.policy.rgw;

import org.jspecify.annotations.NullMarked;

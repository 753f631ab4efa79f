/**
 * Maps the access key of a request to a user.
 *
 * <pre>
 *   access key -&gt; IdentityDirectory -&gt; known: the identity in the PolicySnapshot in force
 *                                   -&gt; known to RGW: the identity of its KeyOwner
 *                                   -&gt; unknown: a user of its own, key: and a keyed hash, cached
 * </pre>
 *
 * <p>{@code KeyOwners} learns from RGW, and is informed as a {@code KeyObserver} of the responses that pass by.
 */
@NullMarked
package dev.sluice.policy.identity;

import org.jspecify.annotations.NullMarked;

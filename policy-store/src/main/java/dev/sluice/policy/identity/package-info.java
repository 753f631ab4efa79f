/**
 * Maps the access key of a request to a user.
 *
 * <pre>
 *   access key -&gt; IdentityDirectory -&gt; known: the identity in the PolicySnapshot in force
 *                                   -&gt; known to RGW: the identity of its KeyOwner
 *                                   -&gt; of a session: the user who assumed it, from UserSessions
 *                                   -&gt; unknown: a user of its own, key: and a keyed hash, cached
 * </pre>
 *
 * <p>Sessions are learnt from RGW's responses and from peers. Tables have keyed hashes of their access keys, and no more of
 * them: {@code UserSeal} hides the user from all but those who have the access key.
 *
 * <p>{@code KeyOwners} learns from RGW, and is informed as a {@code KeyObserver} of the responses that pass by.
 */
@NullMarked
package dev.sluice.policy.identity;

import org.jspecify.annotations.NullMarked;

/**
 * Maps the access key of a request to a user.
 *
 * <pre>
 *   access key -&gt; IdentityDirectory -&gt; known: the identity in the PolicySnapshot in force
 *                                   -&gt; unknown: a user of its own, key: and a keyed hash, cached
 * </pre>
 */
@NullMarked
package dev.sluice.policy.identity;

import org.jspecify.annotations.NullMarked;

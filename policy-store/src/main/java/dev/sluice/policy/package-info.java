/**
 * Where limits, identities and settings come from.
 *
 * <p>{@link dev.sluice.policy.ConfigCheck} reads both files and tells everything that is wrong with them at once.
 * {@link dev.sluice.policy.LimitsWatcher} follows the limits file while the sidecar runs; a bad file never replaces
 * limits that hold. {@link dev.sluice.policy.Directory} says whose an access key is.
 *
 * <p>Inside, a file goes through {@code ConfigFile} (bytes to text, positions of all keys, HOCON) into a {@code Section}
 * per object, which knows what keys were asked for and so can name those that nobody reads.
 */
@NullMarked
package dev.sluice.policy;

import org.jspecify.annotations.NullMarked;

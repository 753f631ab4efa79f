/**
 * One way to reload. A source is polled; a new content that stays the same for a while is parsed once; a good one
 * replaces the value in use, a bad one changes nothing and is reported. So does a source that hangs.
 *
 * <pre>
 *   ReloadSource &lt;- SourcePoller -&gt; Reloadable -&gt; ReloadListener ...
 *   (file, HTTP)    (own thread)    (last good    |
 *                                    value)       `-&gt; PolicyMerger -&gt; PolicySnapshot -&gt; PolicyInForce -&gt; requests
 * </pre>
 *
 * <p>Certificates and keys of the bus are a {@link dev.sluice.policy.source.Reloadable} each, with a listener that puts
 * them to use. Limits and identities may come from several sources: each gives a {@link
 * dev.sluice.policy.source.PolicyLayer}, and {@link dev.sluice.policy.source.PolicyMerger} merges the layers into a
 * snapshot that is swapped as a whole.
 */
@NullMarked
package dev.sluice.policy.source;

import org.jspecify.annotations.NullMarked;

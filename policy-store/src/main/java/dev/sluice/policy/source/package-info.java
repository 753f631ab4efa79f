/**
 * One way to reload. A source is polled; each new content is parsed once; a good one replaces the value in use, a bad
 * one changes nothing and is reported.
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

/**
 * Reads HOCON text and knows the line and column of each key, so that every problem names its place, its key and what
 * would be right.
 *
 * <pre>
 *   file -&gt; FileContent -&gt; ConfigFile: KeyScanner (positions) + HoconParser (tree) -&gt; ConfigSection -&gt; ValueParser -&gt; values
 *                                              \                |              |          /
 *                                               `-------------- ProblemCollector --------'  -&gt; ReadResult
 * </pre>
 *
 * <p>A {@link dev.sluice.policy.hocon.ConfigSection} is one object of the file. It records which keys were asked for,
 * and reports the others as unknown. Whatever is wrong becomes a {@link dev.sluice.policy.hocon.ConfigProblem}, never
 * an exception.
 *
 * <p>A parser with tighter bounds, or in a second process, for files of untrusted authors would take the place of
 * {@code HoconParser}: nothing else calls the HOCON library on a whole text.
 */
@NullMarked
package dev.sluice.policy.hocon;

import org.jspecify.annotations.NullMarked;

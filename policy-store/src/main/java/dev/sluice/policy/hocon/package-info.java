/**
 * Reads HOCON text and knows the line and column of each key, so that every problem names its place, its key and what
 * would be right. No text can hurt: reading takes time in proportion to its length, and memory within a {@link
 * dev.sluice.policy.hocon.ParseBudget}.
 *
 * <pre>
 *   file -&gt; FileContent -&gt; CharInput -&gt; HoconLexer -&gt; HoconParser -&gt; HoconTree -&gt; ConfigSection -&gt; ValueParser -&gt; values
 *                                              (KeyPathReader,     |     ^            |
 *                                               ValueParts,        |     |            |
 *                                               TreeMerger)        |  SubstitutionResolver
 *                                                                  v                  v
 *                                                          ProblemCollector  -&gt;  ReadResult
 * </pre>
 *
 * <p>A {@link dev.sluice.policy.hocon.ConfigSection} is one object of the file. It records which keys were asked for,
 * and reports the others as unknown. Whatever is wrong becomes a {@link dev.sluice.policy.hocon.ConfigProblem}, never
 * an exception.
 *
 * <p>The parser is our own, because the HOCON library takes a hundred times the size of a file in memory, and doubles it
 * at each of some substitutions. A test compares the two on generated texts. The library still parses durations and sizes.
 */
@NullMarked
package dev.sluice.policy.hocon;

import org.jspecify.annotations.NullMarked;

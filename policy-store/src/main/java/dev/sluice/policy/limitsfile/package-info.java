/**
 * Reads limits.conf, at the start and whenever it changes.
 *
 * <pre>
 *   LimitsFileSource -&gt; LimitsFile -&gt; LimitEntryReader -&gt; RateParser     -&gt; PolicyLayer
 *                                  -&gt; SubjectNameParser
 * </pre>
 */
@NullMarked
package dev.sluice.policy.limitsfile;

import org.jspecify.annotations.NullMarked;

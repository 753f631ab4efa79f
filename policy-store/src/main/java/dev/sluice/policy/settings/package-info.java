/**
 * Reads sluice.conf, relay.conf and the settings of a quota service alone, once at the start. Every key has a default but {@code upstream.address}.
 *
 * <pre>
 *   ConfigCheck -&gt; SettingsFile -&gt; a reader for each section -&gt; Settings ---.
 *               -&gt; limitsfile.LimitsFile -------------------&gt; PolicyLayer --+-&gt; Configuration
 *               -&gt; quotasfile.QuotasFile -------------------&gt; PolicyLayer --'
 * </pre>
 */
@NullMarked
package dev.sluice.policy.settings;

import org.jspecify.annotations.NullMarked;

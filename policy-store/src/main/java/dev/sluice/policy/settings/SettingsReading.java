package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ReadResult;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What was read of a settings file. It names the other files even where the settings can't be used, so that one check
 * reports the problems of all.
 *
 * @param limitsFile empty: the settings file doesn't say where the limits are
 * @param quotasFile empty: there is no quota service, or the settings file doesn't say where its quotas are
 */
record SettingsReading(ReadResult<Settings> settings, Optional<Path> limitsFile, Optional<Path> quotasFile) {}

package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.limitsfile.LimitsOverlay;
import dev.sluice.policy.source.PolicyLayer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the whole configuration: the sidecar at its start, the {@code check} command on demand. */
public final class ConfigCheck {
    private ConfigCheck() {}

    /** Reads a settings file and the files that it names, with certificates valid now. */
    public static ReadResult<Configuration> check(Path settingsFile) {
        return check(settingsFile, System.currentTimeMillis());
    }

    /** Reads the settings file of a relay and the files that it names. */
    public static ReadResult<RelaySettings> checkRelay(Path settingsFile) {
        return SettingsFile.readRelay(settingsFile);
    }

    /**
     * Reads a settings file and the files that it names. Blocks on the disk; looks up no name and opens no port.
     * Whatever is wrong becomes a problem, never an exception. The settings file's problems come first, then the limits
     * file's, then those of the limits that were set by command, each in line order.
     *
     * @param nowWallMillis when certificates must be valid
     */
    public static ReadResult<Configuration> check(Path settingsFile, long nowWallMillis) {
        SettingsReading reading = SettingsFile.read(settingsFile, nowWallMillis);
        Optional<ReadResult<PolicyLayer>> limits = reading.limitsFile().map(LimitsFile::read);
        List<ConfigProblem> problems = new ArrayList<>(reading.settings().problems());
        limits.ifPresent(result -> problems.addAll(result.problems()));
        reading.settings()
                .value()
                .flatMap(Settings::limitsOverlay)
                .map(overlay -> new LimitsOverlay(overlay).read())
                .ifPresent(result -> problems.addAll(result.problems()));
        Optional<PolicyLayer> layer = limits.flatMap(ReadResult::value);
        return ReadResult.of(
                reading.settings().value().flatMap(settings -> layer.map(found -> new Configuration(settings, found))),
                problems);
    }
}

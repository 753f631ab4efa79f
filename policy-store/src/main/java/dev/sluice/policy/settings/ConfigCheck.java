package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.Problem;
import dev.sluice.policy.limitsfile.LimitsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the whole configuration, as the sidecar does at its start and the {@code check} command on demand. */
public final class ConfigCheck {
    private ConfigCheck() {}

    /** As of now. */
    public static ConfigCheckResult check(Path settingsFile) {
        return check(settingsFile, System.currentTimeMillis());
    }

    /** Likewise, of a relay. */
    public static RelaySettings.Result checkRelay(Path settingsFile) {
        return SettingsFile.readRelay(settingsFile);
    }

    /**
     * Reads a settings file and the files that it names. Blocks on the disk; looks up no name and opens no port.
     * Whatever is wrong becomes a problem, never an exception.
     *
     * @param nowWallMillis when certificates must be valid
     */
    public static ConfigCheckResult check(Path settingsFile, long nowWallMillis) {
        SettingsFile.Result settings = SettingsFile.read(settingsFile, nowWallMillis);
        Optional<LimitsFile.Result> limits = settings.limitsFile().map(LimitsFile::read);
        List<Problem> problems = new ArrayList<>(settings.problems());
        limits.ifPresent(result -> problems.addAll(result.problems()));
        if (settings.settings().isPresent() && limits.isPresent() && limits.get() instanceof LimitsFile.Loaded loaded) {
            return new ConfigCheckResult.Good(settings.settings().get(), loaded.limits(), problems);
        }
        return new ConfigCheckResult.Bad(problems);
    }
}

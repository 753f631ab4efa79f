package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitsFile;
import dev.sluice.policy.limitsfile.LimitsOverlay;
import dev.sluice.policy.quotasfile.QuotasFile;
import dev.sluice.policy.quotasfile.QuotasOverlay;
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
     * file's, then those of the limits that were set by command, then likewise those of the quotas, each in line order.
     *
     * @param nowWallMillis when certificates must be valid
     */
    public static ReadResult<Configuration> check(Path settingsFile, long nowWallMillis) {
        SettingsReading reading = SettingsFile.read(settingsFile, nowWallMillis);
        Optional<ReadResult<PolicyLayer>> limits = reading.limitsFile().map(LimitsFile::read);
        Optional<ReadResult<PolicyLayer>> quotas = reading.quotasFile().map(QuotasFile::read);
        List<ConfigProblem> problems = new ArrayList<>(reading.settings().problems());
        limits.ifPresent(result -> problems.addAll(result.problems()));
        reading.settings()
                .value()
                .flatMap(Settings::limitsOverlay)
                .map(overlay -> new LimitsOverlay(overlay).read())
                .ifPresent(result -> problems.addAll(result.problems()));
        quotas.ifPresent(result -> problems.addAll(result.problems()));
        reading.settings().value().flatMap(Settings::quota).ifPresent(quota -> problems.addAll(overlayProblems(quota)));
        Optional<PolicyLayer> layer = limits.flatMap(ReadResult::value);
        Optional<PolicyLayer> quotaLayer =
                quotas.isEmpty() ? Optional.of(PolicyLayer.EMPTY) : quotas.get().value();
        Optional<Configuration> configuration = reading.settings()
                .value()
                .flatMap(settings -> layer.flatMap(
                        found -> quotaLayer.map(foundQuotas -> new Configuration(settings, found, foundQuotas))));
        return ReadResult.of(configuration, problems);
    }

    private static List<ConfigProblem> overlayProblems(Settings.Quota quota) {
        return quota.overlay()
                .map(overlay -> new QuotasOverlay(overlay).read().problems())
                .orElse(List.of());
    }

    /** What a quota service without a gateway starts with. */
    public record QuotaAloneConfiguration(Settings.QuotaAlone settings, PolicyLayer quotas) {}

    /** Whether a settings file is for a quota service without a gateway. */
    public static boolean isQuotaAlone(Path settingsFile) {
        return SettingsFile.isQuotaAlone(settingsFile);
    }

    /** Reads the settings file of a quota service without a gateway and the files that it names. */
    public static ReadResult<QuotaAloneConfiguration> checkQuotaAlone(Path settingsFile) {
        ReadResult<Settings.QuotaAlone> settings =
                SettingsFile.readQuotaAlone(settingsFile, System.currentTimeMillis());
        List<ConfigProblem> problems = new ArrayList<>(settings.problems());
        if (settings.value().isEmpty()) {
            return new ReadResult.Unusable<>(problems);
        }
        Settings.QuotaAlone found = settings.value().get();
        ReadResult<PolicyLayer> quotas = QuotasFile.read(found.quota().quotasFile());
        problems.addAll(quotas.problems());
        problems.addAll(overlayProblems(found.quota()));
        return ReadResult.of(quotas.value().map(layer -> new QuotaAloneConfiguration(found, layer)), problems);
    }
}

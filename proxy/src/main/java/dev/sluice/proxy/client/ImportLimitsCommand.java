package dev.sluice.proxy.client;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.limitsfile.LimitsFileWriter;
import dev.sluice.policy.rgw.RgwLimitImport;
import dev.sluice.policy.rgw.RgwLimitImport.ImportFailedException;
import dev.sluice.policy.rgw.RgwLimitImport.ImportedLimits;
import dev.sluice.policy.rgw.client.RgwAdminClient;
import dev.sluice.policy.rgw.client.RgwAdminSettings;
import dev.sluice.policy.rgw.client.RgwLimitsReach;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.Configuration;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** {@code sluice limits import}: RGW's own rate limits as a limits file, on the standard output. */
public final class ImportLimitsCommand {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int GATEWAYS_MAX = 10_000;

    private ImportLimitsCommand() {}

    /**
     * Asks RGW and prints the file; returns the exit code.
     *
     * @param settingsFile whose {@code rgw-admin} tells how to ask
     * @param gateways how many gateways there are, where limits are meant for each; empty: one
     */
    public static int run(String settingsFile, String gateways, PrintStream out, PrintStream err) {
        try {
            RgwAdminSettings settings = settings(settingsFile, err);
            int count = gateways(gateways, settings);
            ImportedLimits imported = read(settings, count);
            out.print(LimitsFileWriter.text(comment(settings, count, imported.commands()), imported.entries()));
            out.flush();
            warn(imported, err);
            return ExitCode.OK;
        } catch (CommandFailure e) {
            err.println("sluice: " + e.text());
            return e.exitCode();
        } catch (ImportFailedException e) {
            err.println("sluice: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static RgwAdminSettings settings(String file, PrintStream err) throws CommandFailure {
        ReadResult<Configuration> result = ConfigCheck.check(Path.of(file));
        result.problems().stream().filter(ConfigProblem::isError).forEach(problem -> err.println(problem.text()));
        if (result.value().isEmpty()) {
            throw new CommandFailure(ExitCode.BAD_USAGE, file + " can't be used");
        }
        Optional<RgwAdminSettings> settings = result.value().get().settings().rgwAdmin();
        return settings.orElseThrow(() -> new CommandFailure(
                ExitCode.BAD_USAGE,
                file + " has no rgw-admin.access-key and secret-key-file; \"sluice rgw-user\" makes them"));
    }

    private static int gateways(String text, RgwAdminSettings settings) throws CommandFailure {
        if (text.isEmpty()) {
            if (settings.limits().reach() == RgwLimitsReach.GATEWAY) {
                throw new CommandFailure(
                        ExitCode.BAD_USAGE,
                        "rgw-admin.limits-are is gateway: how many gateways are there? Write --gateways N");
            }
            return 1;
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= GATEWAYS_MAX) {
                return count;
            }
        } catch (NumberFormatException e) {
            // the same message says what would be right
        }
        throw new CommandFailure(ExitCode.BAD_USAGE, "\"" + text + "\" is no number of gateways; write 1 to 10000");
    }

    private static ImportedLimits read(RgwAdminSettings settings, int gateways) throws ImportFailedException {
        long pauseNanos = SECOND_NANOS / settings.callsPerSecondMax();
        try (RgwAdminClient client = new RgwAdminClient(settings, System::currentTimeMillis)) {
            return new RgwLimitImport(
                            client,
                            client,
                            settings.limits().interval(),
                            gateways,
                            () -> LockSupport.parkNanos(pauseNanos))
                    .read();
        }
    }

    private static List<String> comment(RgwAdminSettings settings, int gateways, List<String> commands) {
        List<String> lines = new ArrayList<>();
        lines.add("RGW's own rate limits, as imported from " + settings.endpoint()
                + (gateways > 1 ? ", each times " + gateways + " gateways" : ""));
        if (!commands.isEmpty()) {
            lines.add("RGW goes on enforcing them itself, on each gateway. To leave that to the sidecars:");
            commands.forEach(command -> lines.add("  " + command));
        }
        return lines;
    }

    private static void warn(ImportedLimits imported, PrintStream err) {
        if (imported.entries().isEmpty()) {
            err.println("sluice: RGW has no rate limit that is enabled");
        } else if (!imported.commands().isEmpty()) {
            err.println("sluice: warning: " + imported.commands().size()
                    + " limits would be enforced twice, by RGW on each gateway and by the sidecars for all of them;"
                    + " the comment of the file has the commands that disable them in RGW");
        }
    }
}

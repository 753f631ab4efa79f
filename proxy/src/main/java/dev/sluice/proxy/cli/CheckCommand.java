package dev.sluice.proxy.cli;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.ConfigCheck.QuotaAloneConfiguration;
import dev.sluice.policy.settings.Configuration;
import dev.sluice.policy.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code sluice check}: prints everything that is wrong with the settings and the limits. */
public final class CheckCommand {
    private CheckCommand() {}

    public static int run(String file, PrintStream out, PrintStream err) {
        ReadResult<String> result = ConfigCheck.isQuotaAlone(Path.of(file)) ? checkQuotas(file) : checkSidecar(file);
        ForegroundCommand.print(result.problems(), err);
        if (result.value().isPresent()) {
            out.println("ok: " + file + " and " + result.value().get() + " can be used");
            return Main.OK;
        }
        long errors = result.problems().stream().filter(ConfigProblem::isError).count();
        err.println(errors + (errors == 1 ? " error" : " errors"));
        return Main.BAD_USAGE;
    }

    private static ReadResult<String> checkSidecar(String file) {
        ReadResult<Configuration> result = ConfigCheck.check(Path.of(file));
        return ReadResult.of(result.value().map(Configuration::settings).map(CheckCommand::files), result.problems());
    }

    private static String files(Settings settings) {
        String quotas = settings.quota().map(quota -> ", " + quota.quotasFile()).orElse("");
        return settings.limitsFile() + quotas;
    }

    /** Of a quota service without a gateway. */
    private static ReadResult<String> checkQuotas(String file) {
        ReadResult<QuotaAloneConfiguration> result = ConfigCheck.checkQuotaAlone(Path.of(file));
        return ReadResult.of(
                result.value()
                        .map(found -> found.settings().quota().quotasFile().toString()),
                result.problems());
    }
}

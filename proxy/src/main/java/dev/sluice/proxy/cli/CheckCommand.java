package dev.sluice.proxy.cli;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import dev.sluice.policy.settings.ConfigCheck;
import dev.sluice.policy.settings.Configuration;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code sluice check}: prints everything that is wrong with the settings and the limits. */
public final class CheckCommand {
    private CheckCommand() {}

    public static int run(String file, PrintStream out, PrintStream err) {
        ReadResult<Configuration> result = ConfigCheck.check(Path.of(file));
        ForegroundCommand.print(result.problems(), err);
        if (result instanceof ReadResult.Usable<Configuration> usable) {
            out.println("ok: " + file + " and " + usable.content().settings().limitsFile() + " can be used");
            return Main.OK;
        }
        long errors = result.problems().stream().filter(ConfigProblem::isError).count();
        err.println(errors + (errors == 1 ? " error" : " errors"));
        return Main.BAD_USAGE;
    }
}

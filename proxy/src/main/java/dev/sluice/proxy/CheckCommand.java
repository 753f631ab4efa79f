package dev.sluice.proxy;

import dev.sluice.policy.CheckResult;
import dev.sluice.policy.ConfigCheck;
import dev.sluice.policy.Problem;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code sluice check}: says all that is wrong with both configuration files. */
final class CheckCommand {
    private CheckCommand() {}

    static int run(String file, PrintStream out, PrintStream err) {
        CheckResult result = ConfigCheck.check(Path.of(file));
        for (Problem problem : result.problems()) {
            err.println((problem.isError() ? "error: " : "warning: ") + problem.text());
        }
        if (result instanceof CheckResult.Good good) {
            out.println("ok: " + file + " and " + good.settings().limitsFile() + " can be used");
            return Main.OK;
        }
        long errors = result.problems().stream().filter(Problem::isError).count();
        err.println(errors + (errors == 1 ? " error" : " errors"));
        return Main.BAD_USAGE;
    }
}

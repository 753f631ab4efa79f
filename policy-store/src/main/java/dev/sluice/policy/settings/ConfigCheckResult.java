package dev.sluice.policy.settings;

import dev.sluice.policy.hocon.Problem;
import dev.sluice.policy.limitsfile.LoadedLimits;
import java.util.List;

/** What reading both configuration files gave. */
public sealed interface ConfigCheckResult {
    /** Everything that is wrong: first the settings file's problems, then the limits file's, each in line order. */
    List<Problem> problems();

    /**
     * Both files can be used.
     *
     * @param problems warnings only
     */
    record Good(Settings settings, LoadedLimits limits, List<Problem> problems) implements ConfigCheckResult {
        public Good {
            problems = List.copyOf(problems);
        }
    }

    /**
     * At least one file can't be used.
     *
     * @param problems at least one error
     */
    record Bad(List<Problem> problems) implements ConfigCheckResult {
        public Bad {
            problems = List.copyOf(problems);
        }
    }
}

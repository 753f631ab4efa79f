package dev.sluice.policy.hocon;

import java.util.List;
import java.util.Optional;

/**
 * The outcome of reading a configuration file or a set of key files: a value, or the reasons why there is none.
 *
 * @param <T> what the files hold
 */
public sealed interface ReadResult<T> {
    /**
     * Everything found: warnings if the value can be used, at least one error if it can't. In the order of the files'
     * lines.
     */
    List<ConfigProblem> problems();

    /** The value; empty if it can't be used. */
    Optional<T> value();

    /**
     * The files can be used.
     *
     * @param problems warnings only
     */
    record Usable<T>(T content, List<ConfigProblem> problems) implements ReadResult<T> {
        public Usable {
            problems = List.copyOf(problems);
        }

        @Override
        public Optional<T> value() {
            return Optional.of(content);
        }
    }

    /**
     * The files can't be used.
     *
     * @param problems at least one error
     */
    record Unusable<T>(List<ConfigProblem> problems) implements ReadResult<T> {
        public Unusable {
            problems = List.copyOf(problems);
        }

        @Override
        public Optional<T> value() {
            return Optional.empty();
        }
    }

    /** Usable if there is a value and none of the problems is an error. */
    static <T> ReadResult<T> of(Optional<T> value, List<ConfigProblem> problems) {
        return value.isPresent() && !ConfigProblem.anyError(problems)
                ? new Usable<>(value.get(), problems)
                : new Unusable<>(problems);
    }
}

package dev.sluice.policy.source;

import dev.sluice.policy.hocon.ConfigProblem;
import dev.sluice.policy.hocon.ReadResult;
import java.util.List;
import java.util.Optional;

/**
 * What one reading of a source gave.
 *
 * @param value to be used from now on; empty: the value in use stays
 * @param problems an error among them makes the value in use stale. There may be errors beside a value: then only parts
 *     of the source could be read, and the value holds what was in use for the others.
 * @param mayPass whether the same content may be good later: it is read again
 */
public record SourceReading<T>(Optional<T> value, List<ConfigProblem> problems, boolean mayPass) {
    public SourceReading {
        problems = List.copyOf(problems);
    }

    /** A reading that would give the same again. */
    public SourceReading(Optional<T> value, List<ConfigProblem> problems) {
        this(value, problems, false);
    }

    /** A reading that gave all or nothing. */
    public static <T> SourceReading<T> of(ReadResult<T> result) {
        return new SourceReading<>(result.value(), result.problems());
    }

    /** Whether some of the source can't be used. */
    boolean isBad() {
        return value.isEmpty() || ConfigProblem.anyError(problems);
    }

    String firstProblem() {
        return problems.stream()
                .filter(ConfigProblem::isError)
                .findFirst()
                .map(ConfigProblem::text)
                .orElse("");
    }
}

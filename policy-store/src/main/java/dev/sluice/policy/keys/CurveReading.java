package dev.sluice.policy.keys;

import dev.sluice.policy.hocon.ConfigProblem;
import java.util.List;
import java.util.Optional;

/**
 * What the files of the bus's keys hold, as far as it can be used.
 *
 * @param own empty: the secret key can't be read
 * @param allowed empty: the directory can't be read. A single file that can't be read allows nobody.
 */
public record CurveReading(Optional<CurveKeyPair> own, Optional<List<String>> allowed, List<ConfigProblem> problems) {
    public CurveReading {
        problems = List.copyOf(problems);
    }

    /** The keys, if nothing is wrong with the files. */
    public Optional<CurveKeys> keys() {
        return own.isPresent() && allowed.isPresent() && !ConfigProblem.anyError(problems)
                ? Optional.of(new CurveKeys(own.get(), allowed.get()))
                : Optional.empty();
    }

    /** The keys that can be used, with those of {@code inUse} for what can't be read. */
    CurveKeys keysOr(CurveKeys inUse) {
        return new CurveKeys(own.orElse(inUse.own()), allowed.orElse(inUse.allowed()));
    }
}

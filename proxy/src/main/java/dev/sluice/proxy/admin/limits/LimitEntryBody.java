package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.model.Scope;
import java.util.List;

/**
 * One entry of limits that is in force.
 *
 * @param entry as in the limits file: {@code users.alice}, {@code each-user}
 * @param subject whose entry it is; empty: of all subjects of the scope without one of their own, or the only one
 * @param limits none: the subject is unlimited
 * @param overrides places that set the entry too, and don't count
 */
public record LimitEntryBody(
        String entry, Scope scope, String subject, List<EntryLimit> limits, List<String> overrides) {
    public LimitEntryBody {
        limits = List.copyOf(limits);
        overrides = List.copyOf(overrides);
    }
}

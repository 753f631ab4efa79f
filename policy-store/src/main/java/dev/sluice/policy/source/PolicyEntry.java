package dev.sluice.policy.source;

import dev.sluice.limits.model.Scope;
import java.util.Optional;

/**
 * The name of one entry of limits, as the limits file has it: {@code users.alice}, {@code each-user}, {@code total}.
 *
 * @param name of a user, bucket or tenant; empty: the entry for all subjects of the scope without one of their own
 */
public record PolicyEntry(Scope scope, String name) {
    /** Empty names a tenant's default, which there isn't. */
    public PolicyEntry {
        boolean isWrong = switch (scope) {
            case USER, BUCKET -> false;
            case TENANT -> name.isEmpty();
            case ANONYMOUS, TOTAL, UNPROVEN -> !name.isEmpty();
            // Quotas are not in the limits file.
            case QUOTA -> true;
        };
        if (isWrong) {
            throw new IllegalArgumentException(scope.key() + " has no entry \"" + name + "\"");
        }
    }

    /**
     * The entry that one key of a limits file is: {@code each-user}, {@code each-bucket}, {@code anonymous}, {@code total},
     * {@code unproven}.
     */
    public static Optional<PolicyEntry> ofKey(String key) {
        return Optional.ofNullable(
                switch (key) {
                    case "each-user" -> new PolicyEntry(Scope.USER, "");
                    case "each-bucket" -> new PolicyEntry(Scope.BUCKET, "");
                    case "anonymous" -> new PolicyEntry(Scope.ANONYMOUS, "");
                    case "total" -> new PolicyEntry(Scope.TOTAL, "");
                    case "unproven" -> new PolicyEntry(Scope.UNPROVEN, "");
                    default -> null;
                });
    }

    /** The scope whose names a key of a limits file holds: {@code users}, {@code buckets}, {@code tenants}. */
    public static Optional<Scope> scopeOfSection(String key) {
        return Optional.ofNullable(
                switch (key) {
                    case "users" -> Scope.USER;
                    case "buckets" -> Scope.BUCKET;
                    case "tenants" -> Scope.TENANT;
                    default -> null;
                });
    }

    /** The key under {@code limits} that holds it. */
    public String section() {
        return switch (scope) {
            case USER -> name.isEmpty() ? "each-user" : "users";
            case BUCKET -> name.isEmpty() ? "each-bucket" : "buckets";
            case TENANT -> "tenants";
            case ANONYMOUS -> "anonymous";
            case TOTAL -> "total";
            case UNPROVEN -> "unproven";
            case QUOTA -> throw new IllegalStateException("no entry is of a quota");
        };
    }

    /** For people: {@code users.alice}, {@code each-user}. */
    public String text() {
        return name.isEmpty() ? section() : section() + "." + name;
    }
}

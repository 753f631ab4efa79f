package dev.sluice.policy.limitsfile;

import dev.sluice.policy.hocon.ParsedValue;
import dev.sluice.policy.hocon.ProblemTexts;
import dev.sluice.policy.identity.IdentityDirectory;
import java.util.Optional;

/** Parses the names of users, buckets and tenants. A name that no request can have is refused. */
final class SubjectNameParser {
    private static final int CHARS_MAX = 512;

    private SubjectNameParser() {}

    /** {@code uid} or {@code tenant$uid}. */
    static ParsedValue<String> user(String name) {
        Optional<ParsedValue<String>> bad = badForAll(name, "a user is uid or \"tenant$uid\"");
        if (bad.isPresent()) {
            return bad.get();
        }
        if (name.startsWith(IdentityDirectory.UNKNOWN_PREFIX)) {
            return ParsedValue.bad(
                    "names that start with key: stand for access keys of no known user",
                    "give the access key a user in limits.access-keys");
        }
        if (name.indexOf(':') >= 0) {
            return ParsedValue.bad(
                    "this is a subuser, limits are for users",
                    "leave the : and what follows away; a tenant's user is \"tenant$uid\"");
        }
        return name.endsWith("$")
                ? ParsedValue.bad("there is no uid after the $", "a tenant's user is \"tenant$uid\"")
                : ParsedValue.good(name);
    }

    /** {@code name} or {@code tenant:name}. */
    static ParsedValue<String> bucket(String name) {
        Optional<ParsedValue<String>> bad = badForAll(name, "a bucket is name or \"tenant:name\"");
        if (bad.isPresent()) {
            return bad.get();
        }
        int colon = name.indexOf(':');
        boolean isTenantBucket = colon > 0 && colon == name.lastIndexOf(':') && colon < name.length() - 1;
        if (name.indexOf('$') >= 0 || (colon >= 0 && !isTenantBucket)) {
            return ParsedValue.bad("this is not the name of a bucket", "a tenant's bucket is \"tenant:name\"");
        }
        return name.indexOf('/') >= 0
                ? ParsedValue.bad("a bucket's name has no /", "limits are for whole buckets")
                : ParsedValue.good(name);
    }

    /** The name of a tenant. */
    static ParsedValue<String> tenant(String name) {
        Optional<ParsedValue<String>> bad = badForAll(name, "a tenant is what stands before the $ of \"tenant$uid\"");
        if (bad.isPresent()) {
            return bad.get();
        }
        return name.indexOf('$') >= 0 || name.indexOf(':') >= 0
                ? ParsedValue.bad("this is not the name of a tenant", "write only what stands before the $ or :")
                : ParsedValue.good(name);
    }

    private static Optional<ParsedValue<String>> badForAll(String name, String hint) {
        if (name.isBlank()) {
            return Optional.of(ParsedValue.bad("the name is empty", hint));
        }
        if (name.length() > CHARS_MAX) {
            return Optional.of(ParsedValue.bad("the name is longer than " + CHARS_MAX + " characters", hint));
        }
        return ProblemTexts.hasControl(name)
                ? Optional.of(ParsedValue.bad("the name has control characters", hint))
                : Optional.empty();
    }
}

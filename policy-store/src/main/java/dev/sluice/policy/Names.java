package dev.sluice.policy;

import java.util.Optional;

/** What the names of users, buckets and tenants must look like so that an entry can ever match a request. */
final class Names {
    private static final int CHARS_MAX = 512;

    private Names() {}

    /** {@code uid} or {@code tenant$uid}. */
    static Parsed<String> user(String name) {
        Optional<Parsed<String>> bad = badForAll(name, "a user is uid or \"tenant$uid\"");
        if (bad.isPresent()) {
            return bad.get();
        }
        if (name.startsWith(Directory.UNKNOWN_PREFIX)) {
            return Parsed.bad(
                    "names that start with key: stand for access keys of no known user",
                    "give the access key a user in limits.access-keys");
        }
        if (name.indexOf(':') >= 0) {
            return Parsed.bad(
                    "this is a subuser, limits are for users",
                    "leave the : and what follows away; a tenant's user is \"tenant$uid\"");
        }
        return name.endsWith("$")
                ? Parsed.bad("there is no uid after the $", "a tenant's user is \"tenant$uid\"")
                : Parsed.good(name);
    }

    /** {@code name} or {@code tenant:name}. */
    static Parsed<String> bucket(String name) {
        Optional<Parsed<String>> bad = badForAll(name, "a bucket is name or \"tenant:name\"");
        if (bad.isPresent()) {
            return bad.get();
        }
        int colon = name.indexOf(':');
        boolean isTenantBucket = colon > 0 && colon == name.lastIndexOf(':') && colon < name.length() - 1;
        if (name.indexOf('$') >= 0 || (colon >= 0 && !isTenantBucket)) {
            return Parsed.bad("this is not the name of a bucket", "a tenant's bucket is \"tenant:name\"");
        }
        return name.indexOf('/') >= 0
                ? Parsed.bad("a bucket's name has no /", "limits are for whole buckets")
                : Parsed.good(name);
    }

    static Parsed<String> tenant(String name) {
        Optional<Parsed<String>> bad = badForAll(name, "a tenant is what stands before the $ of \"tenant$uid\"");
        if (bad.isPresent()) {
            return bad.get();
        }
        return name.indexOf('$') >= 0 || name.indexOf(':') >= 0
                ? Parsed.bad("this is not the name of a tenant", "write only what stands before the $ or :")
                : Parsed.good(name);
    }

    private static Optional<Parsed<String>> badForAll(String name, String hint) {
        if (name.isBlank()) {
            return Optional.of(Parsed.bad("the name is empty", hint));
        }
        if (name.length() > CHARS_MAX) {
            return Optional.of(Parsed.bad("the name is longer than " + CHARS_MAX + " characters", hint));
        }
        return Texts.hasControl(name)
                ? Optional.of(Parsed.bad("the name has control characters", hint))
                : Optional.empty();
    }
}

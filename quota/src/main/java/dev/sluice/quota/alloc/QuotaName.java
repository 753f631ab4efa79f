package dev.sluice.quota.alloc;

/**
 * The name of a quota. The two parts are never joined: {@code a_b} and {@code c} is not {@code a} and {@code b_c}.
 *
 * @param namespace 1 to {@value #PART_CHARS_MAX} characters
 * @param resource 1 to {@value #PART_CHARS_MAX} characters
 */
public record QuotaName(String namespace, String resource) {
    /** The longest part of a name, in characters. */
    public static final int PART_CHARS_MAX = 255;

    /** Checks the lengths. */
    public QuotaName {
        check(namespace, "namespace");
        check(resource, "resource");
    }

    private static void check(String part, String what) {
        if (part.isEmpty() || part.length() > PART_CHARS_MAX) {
            throw new IllegalArgumentException(what + " must have 1 to " + PART_CHARS_MAX + " characters");
        }
    }

    @Override
    public String toString() {
        return namespace + "/" + resource;
    }
}

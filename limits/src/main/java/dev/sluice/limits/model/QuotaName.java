package dev.sluice.limits.model;

/**
 * The name of a quota. The two parts are never joined: {@code a_b} and {@code c} is not {@code a} and {@code b_c}.
 *
 * @param namespace 1 to {@value #PART_CHARS_MAX} characters
 * @param resource 1 to {@value #PART_CHARS_MAX} characters
 */
public record QuotaName(String namespace, String resource) {
    /** 2^32 divided by the golden ratio: spreads numbers that follow each other. */
    private static final int SPREADING = 0x9E3779B1;
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

    /**
     * The name of the quota as a subject of limits. Different quotas have different ones: a percent sign or a slash in the
     * namespace is escaped.
     */
    public String subject() {
        return escaped(namespace) + "/" + resource;
    }

    /** What the subjects of all quotas of a namespace begin with, and those of no other. No quota has it as its subject. */
    public static String subjectsOf(String namespace) {
        return escaped(namespace) + "/";
    }

    private static String escaped(String namespace) {
        return namespace.indexOf('%') < 0 && namespace.indexOf('/') < 0
                ? namespace
                : namespace.replace("%", "%25").replace("/", "%2F");
    }

    /** {@link #subjectsOf} the namespace of a quota's subject. */
    public static String namespacePart(String subject) {
        return subject.substring(0, subject.indexOf('/') + 1);
    }

    /** The namespace of a quota's subject; of anything else an empty text. */
    static String namespaceOf(String subject) {
        int slash = subject.indexOf('/');
        return slash < 0 ? "" : subject.substring(0, slash).replace("%2F", "/").replace("%25", "%");
    }

    /**
     * The quota with that {@link #subject()}.
     *
     * @throws IllegalArgumentException if no quota has it
     */
    public static QuotaName ofSubject(String subject) {
        int slash = subject.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a quota has a namespace, a slash and a resource");
        }
        return new QuotaName(namespaceOf(subject), subject.substring(slash + 1));
    }

    /**
     * Spread: namespaces and resources that end with numbers have hashes that follow each other, and the sums of those that a
     * record makes are mostly the same.
     */
    @Override
    public int hashCode() {
        return SPREADING * namespace.hashCode() + resource.hashCode();
    }

    @Override
    public String toString() {
        return namespace + "/" + resource;
    }
}

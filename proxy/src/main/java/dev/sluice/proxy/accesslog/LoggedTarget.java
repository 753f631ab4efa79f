package dev.sluice.proxy.accesslog;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What a request line asks for, as far as a log needs it: whether there is a bucket and a key, and which sub-resource. It is
 * for people and has no say in limits; the gate reads requests to the letter.
 *
 * @param method upper case as it was sent
 * @param key the object as it stands in the path; empty: none
 * @param parameters names in the query, lower case
 */
record LoggedTarget(
        String method, boolean isSwift, boolean isAdmin, boolean hasBucket, String key, Set<String> parameters) {
    /** Names of parameters that are looked at. */
    private static final int PARAMETERS_MAX = 16;

    /**
     * Takes a request line apart.
     *
     * @param bucket as limits name it; empty: none
     */
    static LoggedTarget of(String line, String bucket) {
        int methodEnd = Math.max(0, line.indexOf(' '));
        int end = line.indexOf(' ', methodEnd + 1);
        String target = line.substring(Math.min(line.length(), methodEnd + 1), end < 0 ? line.length() : end);
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String first = segment(path, 1);
        boolean isSwift = bucket.isEmpty() ? isSwiftRoot(path) : isSwiftRoot(path) && !first.equals(bucket);
        boolean isInPath = !isSwift && !bucket.isEmpty() && isNamed(first, bucket);
        int keyAt = isInPath ? path.indexOf('/', 1) + 1 : 1;
        boolean hasKey = !bucket.isEmpty() && !isSwift && keyAt > 0 && keyAt < path.length();
        String key = isSwift ? swiftKey(path) : hasKey ? path.substring(keyAt) : "";
        return new LoggedTarget(
                line.substring(0, methodEnd),
                isSwift,
                bucket.isEmpty() && (path.equals("/admin") || path.startsWith("/admin/")),
                !bucket.isEmpty(),
                key,
                parameters(question < 0 ? "" : target.substring(question + 1)));
    }

    private static boolean isSwiftRoot(String path) {
        return path.startsWith("/swift/") || path.equals("/auth") || path.startsWith("/auth/");
    }

    /** Whether a segment is a bucket, or {@code tenant:bucket}, escapes aside. */
    private static boolean isNamed(String segment, String bucket) {
        if (segment.indexOf('%') >= 0) {
            return true;
        }
        return bucket.equals(segment) || bucket.endsWith(":" + segment) || segment.equals(":" + bucket);
    }

    private static String segment(String path, int from) {
        int slash = path.indexOf('/', from);
        return path.length() < from ? "" : path.substring(from, slash < 0 ? path.length() : slash);
    }

    /** {@code /swift/v1/container/object}, with or without an account before the container. */
    private static String swiftKey(String path) {
        String[] parts = path.split("/", 6);
        int container = parts.length > 3 && parts[3].startsWith("AUTH_") ? 4 : 3;
        StringBuilder key = new StringBuilder();
        for (int i = container + 1; i < parts.length; i++) {
            key.append(key.isEmpty() ? "" : "/").append(parts[i]);
        }
        return key.toString();
    }

    private static Set<String> parameters(String query) {
        if (query.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String parameter : query.split("&", PARAMETERS_MAX)) {
            int equals = parameter.indexOf('=');
            names.add((equals < 0 ? parameter : parameter.substring(0, equals)).toLowerCase(Locale.ROOT));
        }
        return names;
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    boolean asks(String parameter) {
        return parameters.contains(parameter);
    }
}

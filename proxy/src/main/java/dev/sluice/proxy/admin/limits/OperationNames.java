package dev.sluice.proxy.admin.limits;

import dev.sluice.limits.model.OperationClass;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What people call an operation: a class of limits ({@code read}), an HTTP method ({@code GET}), or the name that S3 has for
 * it ({@code ListObjectsV2}).
 */
public final class OperationNames {
    /** The names that a message offers. */
    public static final String KNOWN =
            "read, write, list, delete, an HTTP method such as GET, or an S3 operation such as ListObjects";

    private static final Map<String, OperationClass> WORDS = Map.ofEntries(
            Map.entry("read", OperationClass.READ),
            Map.entry("write", OperationClass.WRITE),
            Map.entry("list", OperationClass.LIST),
            Map.entry("delete", OperationClass.DELETE),
            Map.entry("get", OperationClass.READ),
            Map.entry("head", OperationClass.READ),
            Map.entry("options", OperationClass.READ),
            Map.entry("put", OperationClass.WRITE),
            Map.entry("post", OperationClass.WRITE),
            Map.entry("copy", OperationClass.WRITE));

    /** How names of S3 operations begin; a DELETE request aborts an upload. */
    private static final Map<String, OperationClass> BEGINNINGS = Map.ofEntries(
            Map.entry("list", OperationClass.LIST),
            Map.entry("get", OperationClass.READ),
            Map.entry("head", OperationClass.READ),
            Map.entry("selectobject", OperationClass.READ),
            Map.entry("put", OperationClass.WRITE),
            Map.entry("post", OperationClass.WRITE),
            Map.entry("copy", OperationClass.WRITE),
            Map.entry("create", OperationClass.WRITE),
            Map.entry("upload", OperationClass.WRITE),
            Map.entry("complete", OperationClass.WRITE),
            Map.entry("restore", OperationClass.WRITE),
            Map.entry("delete", OperationClass.DELETE),
            Map.entry("abort", OperationClass.DELETE));

    private OperationNames() {}

    /** The class of an operation; empty: there is no such name. */
    public static Optional<OperationClass> parse(String name) {
        String word = name.strip().toLowerCase(Locale.ROOT);
        if (word.equals("listparts")) {
            // A GET of an object.
            return Optional.of(OperationClass.READ);
        }
        OperationClass known = WORDS.get(word);
        if (known != null) {
            return Optional.of(known);
        }
        boolean isOperation = word.chars().allMatch(Character::isLetterOrDigit);
        return isOperation
                ? BEGINNINGS.entrySet().stream()
                        .filter(entry -> word.startsWith(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                : Optional.empty();
    }
}

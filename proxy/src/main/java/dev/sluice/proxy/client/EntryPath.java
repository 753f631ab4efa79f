package dev.sluice.proxy.client;

import java.util.List;
import java.util.Map;

/**
 * The entry that words of a command line name: {@code user alice}, {@code users/alice}, {@code each-user}.
 *
 * @param section as in the limits file
 * @param name empty: the section has none
 * @param words how many words named it
 */
record EntryPath(String section, String name, int words) {
    private static final Map<String, String> SECTIONS = Map.of(
            "user", "users", "users", "users", "bucket", "buckets", "buckets", "buckets", "tenant", "tenants",
            "tenants", "tenants");

    private static final List<String> UNNAMED = List.of("each-user", "each-bucket", "anonymous", "unproven", "total");

    private static final String FORMS =
            "user NAME, bucket NAME, tenant NAME, each-user, each-bucket, anonymous, unproven or total";

    static EntryPath parse(List<String> words) throws CommandFailure {
        if (words.isEmpty()) {
            throw new CommandFailure(ExitCode.BAD_USAGE, "whose limits? Name " + FORMS);
        }
        String first = words.get(0);
        int slash = first.indexOf('/');
        String beforeSlash = slash > 0 && slash < first.length() - 1 ? SECTIONS.get(first.substring(0, slash)) : null;
        if (beforeSlash != null) {
            return new EntryPath(beforeSlash, first.substring(slash + 1), 1);
        }
        if (UNNAMED.contains(first)) {
            return new EntryPath(first, "", 1);
        }
        String section = SECTIONS.get(first);
        if (section == null) {
            throw new CommandFailure(ExitCode.BAD_USAGE, "\"" + first + "\" has no limits; name " + FORMS);
        }
        if (words.size() < 2 || words.get(1).isEmpty() || words.get(1).contains("=")) {
            throw new CommandFailure(ExitCode.BAD_USAGE, "which " + first + "? Write " + first + " NAME");
        }
        return new EntryPath(section, words.get(1), 2);
    }

    /** On the admin port. */
    String path() {
        String named = name.isEmpty() ? "" : "/" + AdminHttpClient.encoded(name);
        return "/api/v1/limits/" + section + named;
    }

    /** The entry that holds for subjects without one of their own; empty: there is none. */
    String fallback() {
        return switch (section) {
            case "users" -> "each-user";
            case "buckets" -> "each-bucket";
            default -> "";
        };
    }

    String text() {
        return name.isEmpty() ? section : section + "." + name;
    }
}

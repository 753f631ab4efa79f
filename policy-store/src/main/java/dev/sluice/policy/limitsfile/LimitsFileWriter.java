package dev.sluice.policy.limitsfile;

import dev.sluice.policy.source.PolicyEntry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes entries as the text of a limits file, which {@link LimitsFile} reads. */
public final class LimitsFileWriter {
    private LimitsFileWriter() {}

    /**
     * The text of a file.
     *
     * @param comment lines for people at the top, without {@code #}
     * @param entries keys of the limits file and their values, by entry
     */
    public static String text(Iterable<String> comment, Map<PolicyEntry, Map<String, String>> entries) {
        StringBuilder text = new StringBuilder();
        comment.forEach(
                line -> text.append(line.isEmpty() ? "#" : "# ").append(line).append('\n'));
        text.append("limits {\n");
        entries.forEach((entry, keys) -> {
            if (entry.name().isEmpty()) {
                text.append("  ")
                        .append(entry.section())
                        .append(' ')
                        .append(object(keys))
                        .append('\n');
            }
        });
        bySection(entries).forEach((section, named) -> {
            text.append("  ").append(section).append(" {\n");
            named.forEach((name, keys) -> text.append("    ")
                    .append(quoted(name))
                    .append(' ')
                    .append(object(keys))
                    .append('\n'));
            text.append("  }\n");
        });
        return text.append("}\n").toString();
    }

    private static Map<String, Map<String, Map<String, String>>> bySection(
            Map<PolicyEntry, Map<String, String>> entries) {
        Map<String, Map<String, Map<String, String>>> sections = new LinkedHashMap<>();
        entries.forEach((entry, keys) -> {
            if (!entry.name().isEmpty()) {
                sections.computeIfAbsent(entry.section(), section -> new LinkedHashMap<>())
                        .put(entry.name(), keys);
            }
        });
        return sections;
    }

    private static String object(Map<String, String> keys) {
        return keys.isEmpty()
                ? "{ }"
                : keys.entrySet().stream()
                        .map(key -> key(key.getKey()) + " = " + value(key.getValue()))
                        .collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static String key(String key) {
        return key.matches("[a-z][a-z-]*") ? key : quoted(key);
    }

    /** Without quotes where HOCON needs none: {@code 100/s}, {@code 10 MiB/s}. */
    private static String value(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9 ./-]*") && !text.contains("//") && !text.endsWith(" ")
                ? text
                : quoted(text);
    }

    /** A name or a value in quotes. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

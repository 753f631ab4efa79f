package dev.sluice.policy.hocon;

import java.util.List;

/**
 * Something wrong in a configuration file, or in a file that a setting names. Holds no access key and no secret.
 *
 * @param file as it was named to the command; empty: the problem is in a file that the setting {@code path} names, and
 *     the message names that file
 * @param line from 1
 * @param column from 1; 1 where the key isn't to be found in the line
 * @param path the key from the top of the file, such as {@code limits.users.alice.read-ops}; empty: the whole file
 * @param message what is wrong
 * @param hint what would be right; may be empty
 */
public record ConfigProblem(
        Severity severity, String file, int line, int column, String path, String message, String hint) {
    /** Whether a file with the problem can be used. */
    public enum Severity {
        /** The file can't be used. */
        ERROR,
        /** The file is used, but something in it has no effect. */
        WARNING
    }

    public ConfigProblem {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException("lines and columns start at 1");
        }
    }

    /**
     * A problem of a file that a setting names, with no place in the settings file.
     *
     * @param setting such as {@code listen.tls.key-file}
     * @param message what is wrong, with the name of the file
     */
    public static ConfigProblem ofSetting(Severity severity, String setting, String message, String hint) {
        return new ConfigProblem(severity, "", 1, 1, setting, message, hint);
    }

    /** Whether it keeps its file from being used. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** Whether the list keeps its file from being used. */
    public static boolean anyError(List<ConfigProblem> problems) {
        return problems.stream().anyMatch(ConfigProblem::isError);
    }

    /** The last part of the path; for the path of a setting, which has no quoted parts. */
    String key() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /**
     * One line for people and editors: {@code file:line:column: path: message; hint}; without a place where the file is
     * empty.
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (!file.isEmpty()) {
            text.append(file)
                    .append(':')
                    .append(line)
                    .append(':')
                    .append(column)
                    .append(": ");
        }
        if (!isError()) {
            text.append("warning: ");
        }
        if (!path.isEmpty()) {
            text.append(path).append(": ");
        }
        text.append(message);
        if (!hint.isEmpty()) {
            text.append("; ").append(hint);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.sluice.policy.hocon;

import dev.sluice.policy.hocon.ConfigProblem.Severity;

/** A file is no HOCON, or is more than is read: what is wrong, where, and what would be right. */
final class HoconException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int line;
    private final int column;
    private final String hint;

    HoconException(int line, int column, String message, String hint) {
        // the place is in the file: a stack trace would name the parser
        super(message, null, false, false);
        this.line = line;
        this.column = column;
        this.hint = hint;
    }

    /** As a problem of a file. */
    ConfigProblem problem(String file) {
        return new ConfigProblem(Severity.ERROR, file, line, column, "", String.valueOf(getMessage()), hint);
    }
}

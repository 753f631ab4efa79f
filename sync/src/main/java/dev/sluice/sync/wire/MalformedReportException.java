package dev.sluice.sync.wire;

/** Ends the decoding of a report or section at the first error. It never leaves what decodes it. */
public final class MalformedReportException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param reason for people */
    public MalformedReportException(String reason) {
        // No cause and no stack trace: malformed messages must not be expensive.
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

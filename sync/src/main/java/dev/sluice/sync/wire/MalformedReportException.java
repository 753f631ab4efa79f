package dev.sluice.sync.wire;

/** Ends the decoding at the first error. It never leaves {@link ReportCodec}. */
final class MalformedReportException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedReportException(String reason) {
        // No cause and no stack trace: malformed messages must not be expensive.
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

package dev.sluice.sync.wire;

/** Leaves the decoder at the first thing that is wrong; never leaves {@link ReportCodec}. */
final class MalformedReportException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedReportException(String reason) {
        // Neither cause nor stack: whoever sends garbage shall not make it expensive.
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

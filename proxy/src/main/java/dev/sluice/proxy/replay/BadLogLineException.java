package dev.sluice.proxy.replay;

/** A line is no entry of an ops log; the message tells why. */
final class BadLogLineException extends Exception {
    private static final long serialVersionUID = 1;

    BadLogLineException(String message) {
        super(message);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}

package dev.sluice.proxy.client;

/** Why a command can't go on: a message for people, and an exit code. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}

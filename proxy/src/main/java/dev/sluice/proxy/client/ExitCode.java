package dev.sluice.proxy.client;

/** Exit codes of commands. */
public final class ExitCode {
    public static final int OK = 0;
    /** The command could not do what it is for. */
    public static final int FAILED = 1;
    /** The command line or a value on it is wrong. */
    public static final int BAD_USAGE = 2;

    private ExitCode() {}
}

package dev.sluice.proxy.cli;

import java.io.PrintStream;

/** Does what a command is for, and returns the exit code. */
@FunctionalInterface
interface CommandRunner {
    int run(CommandInput input, PrintStream out, PrintStream err);
}

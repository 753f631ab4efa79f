package dev.sluice.proxy.cli;

import dev.sluice.policy.hocon.ConfigProblem;
import java.io.PrintStream;
import java.security.Security;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the commands share that read settings and run until a signal ends them. */
final class ForegroundCommand {
    private ForegroundCommand() {}

    /**
     * Has names looked up again soon: by default Java uses an address for half a minute after its name has moved. To be
     * called before the first look-up.
     */
    static void shortenNameCaching() {
        Security.setProperty("networkaddress.cache.ttl", "3");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
    }

    /** Prints what is wrong with the files that were read, a line each; the text of a warning says that it is one. */
    static void print(List<ConfigProblem> problems, PrintStream err) {
        for (ConfigProblem problem : problems) {
            err.println((problem.isError() ? "error: " : "") + problem.text());
        }
    }

    /** Keeps the process alive: all other threads are daemons. Returns the exit code when interrupted. */
    @SuppressWarnings("InfiniteLoopStatement")
    static int stay() {
        try {
            while (true) {
                TimeUnit.DAYS.sleep(1);
            }
        } catch (InterruptedException e) {
            return Main.FAILED;
        }
    }
}

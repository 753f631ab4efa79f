package dev.sluice.proxy.cli;

import java.util.concurrent.TimeUnit;

/** What commands do that run until a signal ends them. */
final class ForegroundCommand {
    private ForegroundCommand() {}

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

package dev.sluice.proxy.cli;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** Writes out the log, which is written by a thread of its own, before the process ends. */
final class LogShutdown {
    private LogShutdown() {}

    static void flush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}

package dev.sluice.proxy.cli;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** The log is written by a thread of its own; before the process ends, what is queued must be written. */
final class LogShutdown {
    private LogShutdown() {}

    static void flush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}

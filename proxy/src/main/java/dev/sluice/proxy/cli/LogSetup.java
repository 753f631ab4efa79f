package dev.sluice.proxy.cli;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets up the log where no file does, as {@code config/logback-example.xml} would. Reading XML would take a good part of
 * the time to the first response. Logback finds this class as a service.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** Logback's own name for the property that names a file. */
    static final String FILE_PROPERTY = "logback.configurationFile";

    /** Levels without a file. */
    private static final String LEVELS_VARIABLE = "SLUICE_LOG";

    private static final String LEVELS_PROPERTY = "sluice.log";
    private static final int LEVELS_MAX = 64;

    private static final String TEST_FILE = "logback-test.xml";
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg%n";
    private static final int QUEUED_LINES = 4096;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(FILE_PROPERTY) != null || LogSetup.class.getResource("/" + TEST_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        setUp(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    static void setUp(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        // No event loop waits for the log: when the queue is full, INFO and below are dropped first.
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("queue");
        queue.setQueueSize(QUEUED_LINES);
        queue.setNeverBlock(true);
        queue.addAppender(stderr);
        queue.start();
        context.getLogger("io.netty").setLevel(Level.WARN);
        // It logs nothing unless the admin port is told to.
        context.getLogger("dev.sluice.proxy.debug").setLevel(Level.DEBUG);
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(queue);
        setLevels(context, System.getProperty(LEVELS_PROPERTY, System.getenv().getOrDefault(LEVELS_VARIABLE, "")));
    }

    /**
     * Sets levels, such as {@code warn} of all loggers, or {@code info,dev.sluice.sync=debug}. What can't be read changes
     * nothing and is logged.
     */
    static void setLevels(LoggerContext context, String levels) {
        for (String each : levels.split(",", LEVELS_MAX)) {
            int equals = each.indexOf('=');
            String logger = equals < 0
                    ? Logger.ROOT_LOGGER_NAME
                    : each.substring(0, equals).strip();
            String word = each.substring(equals + 1).strip();
            Level level = Level.toLevel(word, null);
            if (level != null) {
                context.getLogger(logger).setLevel(level);
            } else if (!each.isBlank()) {
                context.getLogger(LogSetup.class)
                        .warn("{}: \"{}\" is no level; use error, warn, info or debug", LEVELS_VARIABLE, word);
            }
        }
    }
}

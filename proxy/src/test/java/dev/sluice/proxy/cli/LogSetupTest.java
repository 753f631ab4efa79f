package dev.sluice.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.File;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LogSetupTest {
    @Test
    void without_a_file_the_log_is_as_in_the_example() throws Exception {
        LoggerContext coded = new LoggerContext();
        LoggerContext read = new LoggerContext();
        JoranConfigurator joran = new JoranConfigurator();
        joran.setContext(read);

        LogSetup.setUp(coded);
        joran.doConfigure(new File("../config/logback-example.xml"));

        assertThat(settings(coded)).isEqualTo(settings(read)).containsEntry("queue", "4096 neverBlock true");
        coded.stop();
        read.stop();
    }

    @Test
    void levels_can_be_set_without_a_file() {
        LoggerContext context = new LoggerContext();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);

        LogSetup.setLevels(context, "warn, dev.sluice.sync=debug,dev.sluice.limits = nonsense,");

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel()).isEqualTo(Level.WARN);
        assertThat(context.getLogger("dev.sluice.sync").getLevel()).isEqualTo(Level.DEBUG);
        assertThat(context.getLogger("dev.sluice.limits").getLevel()).isNull();
        LogSetup.setLevels(context, "");
        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel()).isEqualTo(Level.WARN);
        context.stop();
    }

    private static TreeMap<String, String> settings(LoggerContext context) {
        TreeMap<String, String> settings = new TreeMap<>();
        for (Logger logger : context.getLoggerList()) {
            Level level = logger.getLevel();
            if (level != null) {
                settings.put("level of " + logger.getName(), level.toString());
            }
        }
        AsyncAppender queue =
                (AsyncAppender) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("queue");
        settings.put("queue", queue.getQueueSize() + " neverBlock " + queue.isNeverBlock());
        ConsoleAppender<ILoggingEvent> stderr = (ConsoleAppender<ILoggingEvent>) queue.getAppender("stderr");
        settings.put("target", stderr.getTarget());
        settings.put("pattern", ((PatternLayoutEncoder) stderr.getEncoder()).getPattern());
        return settings;
    }
}

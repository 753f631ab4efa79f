package dev.sluice.it.secrets;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** All that the loggers of this JVM say at any level, those of the JDK included, until it is closed. */
final class EveryLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level levelBefore = root.getLevel();
    private final List<Appender<ILoggingEvent>> appendersBefore = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    EveryLog() {
        root.iteratorForAppenders().forEachRemaining(appendersBefore::add);
        appendersBefore.forEach(root::detachAppender);
        start();
        root.addAppender(this);
        root.setLevel(Level.ALL);
    }

    @Override
    protected void append(ILoggingEvent event) {
        text.append(event.getLoggerName())
                .append(' ')
                .append(event.getFormattedMessage())
                .append('\n');
        if (event.getThrowableProxy() != null) {
            text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
        root.setLevel(levelBefore);
        appendersBefore.forEach(root::addAppender);
    }

    String text() {
        return text.toString();
    }
}

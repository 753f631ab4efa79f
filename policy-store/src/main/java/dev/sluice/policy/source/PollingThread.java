package dev.sluice.policy.source;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that looks at something again and again, and goes on whatever comes of a look. Not inotify: this works the
 * same on every file system, and a file is soon read.
 */
public final class PollingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PollingThread.class);

    /** One look; called by the polling thread only. */
    @FunctionalInterface
    public interface Look {
        void at(long nowWallMillis);
    }

    private final ScheduledExecutorService thread;
    private final String what;
    private final long intervalMillis;
    private final Look look;

    /** @param what is looked at, for the log */
    public PollingThread(String threadName, String what, long intervalMillis, Look look) {
        this.what = what;
        this.intervalMillis = intervalMillis;
        this.look = look;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread polling = new Thread(task, threadName);
            polling.setDaemon(true);
            return polling;
        });
    }

    /** Begins, with a look at once. */
    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::lookSafely, 0, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            look.at(System.currentTimeMillis());
        } catch (RuntimeException | Error e) {
            // The schedule would end with the exception, and every later change would go unseen.
            LOG.error("following {} failed, will go on", what, e);
        }
    }

    /** Looks no more; a look that is under way is not interrupted. */
    @Override
    public void close() {
        thread.shutdown();
    }
}

package dev.sluice.proxy.app;

import dev.sluice.proxy.loop.ProxyCounters;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs every few seconds which bounds clients have reached since the last time. Belongs to one thread. */
final class BoundsLog {
    private static final Logger LOG = LoggerFactory.getLogger(BoundsLog.class);

    private final Line refused;
    private final Line slowUploads;
    private final Line slowReaders;
    private final Line acceptFailures;

    BoundsLog(ProxyCounters counters, int maxConnections) {
        refused = new Line(
                counters.connectionsRefused,
                "refused {} connections: as many are open as listen.max-connections allows, " + maxConnections);
        slowUploads = new Line(counters.slowUploads, "ended {} uploads that were slower than listen.min-rate");
        slowReaders = new Line(
                counters.slowReaders,
                "disconnected {} clients that took their responses more slowly than listen.min-rate");
        acceptFailures = new Line(
                counters.acceptFailures,
                "could not accept connections {} times: the process can't open more files (ulimit -n)");
    }

    void report() {
        refused.report();
        slowUploads.report();
        slowReaders.report();
        acceptFailures.report();
    }

    private static final class Line {
        private final LongAdder count;
        private final String text;
        private long before;

        Line(LongAdder count, String text) {
            this.count = count;
            this.text = text;
        }

        void report() {
            long now = count.sum();
            if (now > before) {
                LOG.warn(text, now - before);
                before = now;
            }
        }
    }
}

package dev.sluice.proxy.cli;

import dev.sluice.limits.model.Scope;
import dev.sluice.limits.model.SubjectIds;
import dev.sluice.proxy.admin.metrics.SluiceMetrics;
import dev.sluice.proxy.loop.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import java.security.SecureRandom;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;

/**
 * Loads libraries on two threads of their own while the configuration is read. On two processors this makes a start a third
 * shorter. A class that is needed before it is preloaded is loaded by the thread that needs it.
 */
final class ClassPreload {
    /** SLF4J delays and warns about lines that one thread logs while another sets it up. */
    private final CountDownLatch logReady = new CountDownLatch(1);

    private ClassPreload() {}

    /** Begins, and returns at once. */
    static ClassPreload start() {
        ClassPreload preload = new ClassPreload();
        run("preload-1", preload::logAndTransport);
        run("preload-2", preload::others);
        return preload;
    }

    private void logAndTransport() {
        try {
            LoggerFactory.getILoggerFactory();
        } finally {
            logReady.countDown();
        }
        Transport.best().newGroup(1, "preload").shutdownGracefully();
        PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    }

    private void others() {
        new ZContext(0).close();
        new SubjectIds("").of(Scope.TOTAL, "");
        new SecureRandom().nextLong();
        awaitLog();
        new SluiceMetrics().close();
    }

    /** Returns when something may be logged. */
    void awaitLog() {
        boolean interrupted = false;
        while (logReady.getCount() > 0) {
            try {
                logReady.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}

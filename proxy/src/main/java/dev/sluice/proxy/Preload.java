package dev.sluice.proxy;

import dev.sluice.proxy.admin.SluiceMetrics;
import dev.sluice.proxy.http.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import org.slf4j.LoggerFactory;
import org.zeromq.ZContext;

/**
 * Has libraries load and set themselves up while the configuration is read: on two processors a start then takes half as
 * long. What a start needs it finds loaded, or waits for; nothing depends on it.
 */
final class Preload {
    private Preload() {}

    /** Begins, and returns at once. */
    static void start() {
        run("preload-1", () -> {
            LoggerFactory.getILoggerFactory();
            new SluiceMetrics().close();
        });
        run("preload-2", () -> {
            Transport.best().newGroup(1, "preload").shutdownGracefully();
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
            new ZContext(0).close();
        });
    }

    private static void run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}

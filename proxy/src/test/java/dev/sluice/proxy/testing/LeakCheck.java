package dev.sluice.proxy.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Registered for every test class of this module: a buffer that is collected without being released fails it. What
 * closes in the background has closed by then. It also gives conditions that are awaited a minute, as on a busy machine
 * the usual ten seconds say nothing, and looks at them often, as most have come about when they are first looked at.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(60, TimeUnit.SECONDS);
        Awaitility.setDefaultPollInterval(5, TimeUnit.MILLISECONDS);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        io.netty.buffer.ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + records));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        BackgroundClose.finish();
        // A leak is noticed when its buffer has been collected and another one is made.
        for (int i = 0; i < 2; i++) {
            System.gc();
            ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(16);
            probe.release();
        }
        if (!LEAKS.isEmpty()) {
            String all = String.join("\n", LEAKS);
            LEAKS.clear();
            throw new AssertionError("leaked buffers:\n" + all);
        }
    }
}
